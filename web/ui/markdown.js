// A small, safe subset of Markdown, as data: views/text.js turns it into DOM
// nodes. No HTML passes through; what is not understood stays text. Parsing is
// linear in practice, whatever the text: a delimiter without a closing one is
// looked for once.

/**
 * @typedef {{type: 'text' | 'code', text: string}
 *   | {type: 'strong' | 'em', children: Inline[]}
 *   | {type: 'link', url: string, children: Inline[]}
 *   | {type: 'cite', id: string, text: string}
 *   | {type: 'break'}} Inline
 * @typedef {{inline: Inline[], sub?: Block}} Item sub is a list
 * @typedef {({type: 'p', inline: Inline[]}
 *   | {type: 'heading', level: number, inline: Inline[]}
 *   | {type: 'ul' | 'ol', start: number, items: Item[]}
 *   | {type: 'code', text: string}
 *   | {type: 'quote', blocks: Block[]}
 *   | {type: 'table', head: Inline[][], rows: Inline[][][]}
 *   | {type: 'rule'}) & {at: number}} Block at is where the block begins in the text
 */

const bullet = /^( {0,8})([-*+•]|\d{1,3}[.)])\s+(.*)$/;
const heading = /^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$/;
const rule = /^ {0,3}(?:-{3,}|\*{3,}|_{3,})\s*$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;
const dashes = /^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$/;

/** @param {string} text @param {number} [depth] @returns {Block[]} */
export function parse(text, depth = 0) {
  /** @type {{text: string, at: number}[]} */
  const lines = [];
  for (let at = 0; at <= text.length; ) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    lines.push({ text: text.slice(at, end).replace(/\r$/, ''), at });
    at = end + 1;
  }
  /** @type {Block[]} */
  const blocks = [];
  for (let i = 0; i < lines.length; ) {
    const { text: line, at } = lines[i];
    let m;
    if (!line.trim()) {
      i++;
    } else if ((m = fence.exec(line))) {
      const close = m[1];
      const body = [];
      for (i++; i < lines.length && !lines[i].text.trimStart().startsWith(close); i++) body.push(lines[i].text);
      i++;
      blocks.push({ type: 'code', text: body.join('\n'), at });
    } else if ((m = heading.exec(line))) {
      blocks.push({ type: 'heading', level: m[1].length, inline: inline(m[2]), at });
      i++;
    } else if (rule.test(line)) {
      blocks.push({ type: 'rule', at });
      i++;
    } else if (/^ {0,3}>/.test(line) && depth < 3) {
      const body = [];
      for (; i < lines.length && /^ {0,3}>/.test(lines[i].text); i++) body.push(lines[i].text.replace(/^ {0,3}> ?/, ''));
      blocks.push({ type: 'quote', blocks: parse(body.join('\n'), depth + 1), at });
    } else if (bullet.test(line)) {
      const { block, next } = list(lines, i, depth);
      blocks.push(block);
      i = next;
    } else if (line.includes('|') && i + 1 < lines.length && dashes.test(lines[i + 1].text) && lines[i + 1].text.includes('|')) {
      const head = cells(line);
      const rows = [];
      for (i += 2; i < lines.length && lines[i].text.includes('|'); i++) {
        const row = cells(lines[i].text);
        rows.push(head.map((_, n) => row[n] ?? []));
      }
      blocks.push({ type: 'table', head, rows, at });
    } else {
      const body = [line];
      for (i++; i < lines.length && continues(lines[i].text); i++) body.push(lines[i].text);
      blocks.push({ type: 'p', inline: inline(body.join('\n')), at });
    }
  }
  return blocks;
}

/**
 * How many blocks can no longer change when text is added. A block is over once
 * the first line of the next one is whole: until then « 2 » may become « 2. »,
 * and go on with the list before it.
 * @param {string} text @param {Block[]} blocks of that text
 */
export function settled(text, blocks) {
  let n = blocks.length - 1;
  while (n > 0 && text.indexOf('\n', blocks[n].at) < 0) n--;
  return Math.max(n, 0);
}

/** @param {string} line */
const continues = (line) =>
  line.trim() !== '' && !fence.test(line) && !heading.test(line) && !bullet.test(line) && !rule.test(line) && !/^ {0,3}>/.test(line);

/** @param {{text: string, at: number}[]} lines @param {number} i @param {number} depth @returns {{block: Block, next: number}} */
function list(lines, i, depth) {
  const first = /** @type {RegExpExecArray} */ (bullet.exec(lines[i].text));
  const indent = first[1].length;
  const ordered = /\d/.test(first[2]);
  /** @type {{lines: string[], sub: {text: string, at: number}[]}[]} */
  const items = [];
  const at = lines[i].at;
  for (; i < lines.length; i++) {
    const line = lines[i].text;
    const m = bullet.exec(line);
    if (m && m[1].length <= indent + 1) {
      if (m[1].length < indent || /\d/.test(m[2]) !== ordered) break;
      items.push({ lines: [m[3]], sub: [] });
    } else if (m) {
      items[items.length - 1].sub.push(lines[i]);
    } else if (!line.trim()) {
      // A blank line ends the list unless an item or an indented line follows.
      const after = lines[i + 1]?.text ?? '';
      if (!(bullet.test(after) || /^ {2,}\S/.test(after))) break;
    } else if (/^ {2,}\S/.test(line)) { // no lazy continuation: people and models end a list by a plain line
      const item = items[items.length - 1];
      if (item.sub.length) item.sub.push(lines[i]);
      else item.lines.push(line.trim());
    } else break;
  }
  return {
    next: i,
    block: {
      type: ordered ? 'ol' : 'ul',
      start: ordered ? parseInt(first[2], 10) : 1,
      at,
      items: items.map(({ lines: own, sub }) => {
        /** @type {Item} */
        const item = { inline: inline(own.join('\n')) };
        if (sub.length && depth < 3 && bullet.test(sub[0].text)) item.sub = list(sub, 0, depth + 1).block;
        return item;
      }),
    },
  };
}

/** @param {string} line */
const cells = (line) => line.trim().replace(/^\||\|$/g, '').split('|').map((c) => inline(c.trim()));

// A citation as the assistant is told to write them: [D1102], [101163],
// [L1142-1], [charte 2]. The id is that of the passage (corpus prefix added).
const cite = /\[((?:[A-N]\d{4})|(?:\d{5,6})|(?:(?:art(?:icle)?\.? )?[LRD]\.? ?\d{3,4}(?:-\d+)*)|(?:charte [1-7]))\](?!\()/iy;
const link = /\[([^\[\]\n]{1,300})\]\(([^()\s]{1,2000}(?:\([^()\s]*\)[^()\s]*)?)\)/y;
const address = /https?:\/\/[^\s<>«»"]+[^\s<>«»".,;:!?)\]']/y;

/** The passage id a citation names. @param {string} said */
export function citedID(said) {
  const s = said.replace(/^art(icle)?\.? /i, '').trim();
  if (/^charte/i.test(s)) return 'charter:' + s.slice(-1);
  if (/^[A-N]\d{4}$/i.test(s)) return s.toUpperCase();
  if (/^\d+$/.test(s)) return s;
  return 'law:' + s.replace(/[. ]/g, '').toUpperCase();
}

/** @param {string} text @param {number} [depth] @returns {Inline[]} */
export function inline(text, depth = 0) {
  /** @type {Inline[]} */
  const out = [];
  let plain = '';
  const none = new Set(); // delimiters with no further closing one
  const push = (/** @type {Inline} */ node) => {
    if (plain) out.push({ type: 'text', text: plain });
    plain = '';
    out.push(node);
  };
  for (let i = 0; i < text.length; ) {
    const c = text[i];
    if (c === '\\' && /[\\`*_[\]()#|>~-]/.test(text[i + 1] ?? '')) {
      plain += text[i + 1];
      i += 2;
      continue;
    }
    if (c === '\n') {
      push({ type: 'break' });
      i++;
      continue;
    }
    if (c === '`' && !none.has(c)) {
      const end = text.indexOf('`', i + 1);
      if (end > i + 1) {
        push({ type: 'code', text: text.slice(i + 1, end) });
        i = end + 1;
        continue;
      }
      if (end < 0) none.add(c);
    }
    if ((c === '*' || c === '_') && depth < 4) {
      const node = emphasis(text, i, depth, none);
      if (node) {
        push(node.node);
        i = node.next;
        continue;
      }
    }
    if (c === '[') {
      cite.lastIndex = link.lastIndex = i;
      let m = cite.exec(text);
      if (m) {
        push({ type: 'cite', id: citedID(m[1]), text: m[1] });
        i = cite.lastIndex;
        continue;
      }
      m = depth < 4 ? link.exec(text) : null;
      if (m) {
        push({ type: 'link', url: m[2], children: inline(m[1], depth + 1) });
        i = link.lastIndex;
        continue;
      }
    }
    if (c === 'h' && !/\w/.test(text[i - 1] ?? ' ')) {
      address.lastIndex = i;
      const m = address.exec(text);
      if (m) {
        push({ type: 'link', url: m[0], children: [{ type: 'text', text: m[0] }] });
        i = address.lastIndex;
        continue;
      }
    }
    plain += c;
    i++;
  }
  if (plain) out.push({ type: 'text', text: plain });
  return out;
}

/** @param {string} text @param {number} i @param {number} depth @param {Set<string>} none
 * @returns {{node: Inline, next: number} | null} */
function emphasis(text, i, depth, none) {
  const c = text[i];
  const delimiter = text[i + 1] === c ? c + c : c;
  const from = i + delimiter.length;
  // « 3 * 4 » and snake_case are not emphasis.
  if (none.has(delimiter) || !/\S/.test(text[from] ?? ' ') || (c === '_' && /[\p{L}\p{N}]/u.test(text[i - 1] ?? ''))) return null;
  for (let end = text.indexOf(delimiter, from); end >= 0; end = text.indexOf(delimiter, end + 1)) {
    const inside = end > from && /\S/.test(text[end - 1]);
    const after = text[end + delimiter.length] ?? '';
    if (delimiter.length === 1 && (after === c || text[end - 1] === c)) continue;
    if (delimiter.length === 2 && after === c) continue; // *** closes the inner one first
    if (!inside || (c === '_' && /[\p{L}\p{N}]/u.test(after))) continue;
    return {
      node: { type: delimiter.length === 2 ? 'strong' : 'em', children: inline(text.slice(from, end), depth + 1) },
      next: end + delimiter.length,
    };
  }
  none.add(delimiter);
  return null;
}

/** The words alone, for the clipboard and for being read aloud. @param {string} text */
export function plain(text) {
  /** @type {(nodes: Inline[]) => string} */
  const words = (nodes) => nodes.map((n) => (n.type === 'break' ? '\n' : 'children' in n ? words(n.children) : n.text)).join('');
  /** @type {(b: Block) => string} */
  const said = (b) => {
    switch (b.type) {
      case 'ul':
      case 'ol':
        return b.items.map((item, i) => `${b.type === 'ol' ? `${b.start + i}.` : '-'} ${words(item.inline)}${item.sub ? '\n' + said(item.sub) : ''}`).join('\n');
      case 'quote':
        return b.blocks.map(said).join('\n');
      case 'table':
        return [b.head, ...b.rows].map((row) => row.map(words).join(' ; ')).join('\n');
      case 'code':
        return b.text;
      case 'rule':
        return '';
      default:
        return words(b.inline);
    }
  };
  return parse(text).map(said).filter(Boolean).join('\n\n');
}
