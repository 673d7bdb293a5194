// The offer as it is corrected: what an edit makes of a text, what a correction
// changed, what is left. Pure, so that it is tested without a page.

import { slice } from './spans.js';

/**
 * @typedef {{start: number, end: number, text: string}} Span
 * @typedef {{span: Span, to: string}} Edit
 * @typedef {{op: ' ' | '-' | '+', text: string}} Run
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The text with an edit in it; null when its words are not where it says: the
 * text has changed since, and other words would be lost.
 * @param {string} text @param {Edit | undefined} edit @returns {string | null}
 */
export function edited(text, edit) {
  if (!edit || slice(text, edit.span) === null) return null;
  const bytes = encoder.encode(text);
  return decoder.decode(bytes.subarray(0, edit.span.start)) + edit.to + decoder.decode(bytes.subarray(edit.span.end));
}

/** What an edit does to the words, as a person would say it: a removal may put
 * back a space or raise the next letter. @param {any} f a finding
 * @returns {{to: string, gone: string} | null} */
export function proposal(f) {
  if (!f.edit?.span) return null;
  const { span, to } = f.edit;
  if (to === span.text) return null;
  const last = to.trim();
  if ([...last].length > 1) return { to: last, gone: '' };
  // "moins de 30 ans, s" → "S": the letter is not what goes.
  const gone = last && span.text.endsWith(last.toLowerCase()) ? span.text.slice(0, -last.length) : span.text;
  return { to: '', gone: gone.replace(/^[\s,;:.(-]+|[\s,;:.(-]+$/g, '') || gone.trim() };
}

/**
 * A title and a text with the edits of these findings in them, from the last to
 * the first so that none moves the next. Of edits that overlap the last is
 * made: the next check finds the others again.
 * @param {{title: string, text: string}} offer @param {any[]} findings
 * @returns {{title: string, text: string, made: number}}
 */
export function editedAll(offer, findings) {
  const out = { title: offer.title, text: offer.text, made: 0 };
  for (const field of /** @type {const} */ (['title', 'text'])) {
    let free = Infinity;
    const edits = findings.filter((f) => (f.field === 'title' ? 'title' : 'text') === field && proposal(f)).map((f) => f.edit);
    for (const edit of edits.sort((a, b) => b.span.start - a.span.start)) {
      const text = edit.span.end <= free ? edited(out[field], edit) : null;
      if (text === null) continue;
      out[field] = text;
      out.made++;
      free = edit.span.start;
    }
  }
  return out;
}

const statuses = { S4: 'blocked', S3: 'justify', S2: 'review' };

/** The status that findings make, without those a counsellor has lifted. @param {{severity: string, lifted?: boolean}[]} findings */
export function statusOf(findings) {
  const gravest = findings.filter((f) => !f.lifted).map((f) => f.severity).sort().pop();
  return statuses[/** @type {'S4'} */ (gravest)] ?? 'clean';
}

/** Beyond this many words on either side, what changed is shown as one block. */
const most = 1500;

/** What became of a text, word by word. @param {string} before @param {string} after @returns {Run[]} */
export function diff(before, after) {
  const cut = (/** @type {string} */ s) => s.match(/\s+|[\p{L}\p{N}]+|[^\s]/gu) ?? [];
  const a = cut(before);
  const b = cut(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  /** @type {Run[]} */
  const out = [];
  const say = (/** @type {Run['op']} */ op, /** @type {string} */ text) => {
    if (!text) return;
    const last = out[out.length - 1];
    if (last?.op === op) last.text += text;
    else out.push({ op, text });
  };
  say(' ', a.slice(0, head).join(''));
  between(a.slice(head, a.length - tail), b.slice(head, b.length - tail), say);
  say(' ', a.slice(a.length - tail).join(''));
  return out;
}

/** By the longest common subsequence. @param {string[]} a @param {string[]} b @param {(op: Run['op'], text: string) => void} say */
function between(a, b, say) {
  if (a.length > most || b.length > most) {
    say('-', a.join(''));
    say('+', b.join(''));
    return;
  }
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] = a[i] === b[j] ? common[(i + 1) * width + j + 1] + 1 : Math.max(common[(i + 1) * width + j], common[i * width + j + 1]);
    }
  }
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      say(' ', a[i]);
      i++;
      j++;
    } else if (i < a.length && (j === b.length || common[(i + 1) * width + j] >= common[i * width + j + 1])) say('-', a[i++]);
    else say('+', b[j++]);
  }
}
