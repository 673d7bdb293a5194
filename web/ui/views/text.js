// Markdown blocks as DOM nodes, and a text that grows without being drawn again
// from its beginning.

import { parse, settled } from '../markdown.js';
import S from '../strings.js';
import { h } from '../dom.js';

/**
 * @typedef {import('../markdown.js').Block} Block
 * @typedef {import('../markdown.js').Inline} Inline
 * @typedef {{link: (url: string, content: Node) => Node, cite: (id: string, said: string) => Node}} Links
 */

/** A text that is only ever appended to: what is settled is not drawn again. */
export class GrowingText {
  #from = 0; // where the blocks that may still change begin
  #length = 0;
  /** @type {ChildNode[]} */
  #open = [];

  /** @param {Links} links */
  constructor(links) {
    this.links = links;
    this.el = h('div', { class: 'prose' });
  }

  /** @param {string} text */
  update(text) {
    if (text.length === this.#length) return;
    this.#length = text.length;
    for (const node of this.#open) node.remove();
    const tail = text.slice(this.#from);
    const blocks = parse(tail);
    const nodes = blocks.map((b) => block(b, this.links));
    this.el.append(...nodes);
    const over = settled(tail, blocks);
    this.#open = nodes.slice(over);
    if (over) this.#from += blocks[over].at;
  }
}

/** @param {Block} b @param {Links} links @returns {HTMLElement} */
function block(b, links) {
  switch (b.type) {
    case 'p':
      return h('p', {}, spread(b.inline, links));
    case 'heading':
      // Just below the author's heading, whatever level the model chose: a level
      // that is skipped misleads whoever reads by headings.
      return h('h3', { 'data-level': b.level }, spread(b.inline, links));
    case 'ul':
    case 'ol':
      return h(b.type, b.type === 'ol' && b.start !== 1 ? { start: b.start } : {},
        b.items.map((item) => h('li', {}, spread(item.inline, links), item.sub ? block({ ...item.sub, at: 0 }, links) : null)));
    case 'code':
      return h('pre', { tabindex: 0 }, h('code', { text: b.text }));
    case 'quote':
      return h('blockquote', {}, b.blocks.map((inner) => block(inner, links)));
    case 'table':
      return h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': S.message.table }, h('table', {},
        h('thead', {}, h('tr', {}, b.head.map((c) => h('th', { scope: 'col' }, spread(c, links))))),
        h('tbody', {}, b.rows.map((row) => h('tr', {}, row.map((c) => h('td', {}, spread(c, links))))))));
    case 'rule':
      return h('hr');
  }
}

/** @param {Inline[]} nodes @param {Links} links @returns {Node[]} */
function spread(nodes, links) {
  return nodes.map((n) => {
    switch (n.type) {
      case 'text':
        return document.createTextNode(n.text);
      case 'code':
        return h('code', { text: n.text });
      case 'strong':
      case 'em':
        return h(n.type, {}, spread(n.children, links));
      case 'break':
        return h('br');
      case 'cite':
        return links.cite(n.id, n.text);
      case 'link':
        return links.link(n.url, h('span', {}, spread(n.children, links)));
    }
  });
}
