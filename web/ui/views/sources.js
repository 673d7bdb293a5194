// Sources as numbered chips: a press shows the passage, with its link.

import S from '../strings.js';
import { h, outward, uid } from '../dom.js';

export class Sources {
  /** @type {import('../transcript.js').Source[]} */
  #sources = [];
  /** @type {Map<string, HTMLButtonElement>} */
  #chips = new Map();

  /** @param {(url: string | undefined) => string | null} href */
  constructor(href) {
    this.href = href;
    const id = uid('sources');
    this.list = h('ol', { class: 'source-chips', 'aria-labelledby': id });
    this.pane = h('div', { class: 'passage', id: uid('passage'), hidden: true, tabindex: -1 });
    this.el = h('div', { class: 'sources', hidden: true }, h('h3', { id, class: 'small-title', text: S.sources.title }), this.list, this.pane);
  }

  /** @param {import('../transcript.js').Source[]} sources */
  update(sources) {
    for (const source of sources.slice(this.#sources.length)) {
      const n = this.list.childElementCount + 1;
      const chip = h('button', {
        type: 'button', class: 'source', 'aria-expanded': 'false', 'aria-controls': this.pane.id,
        title: source.title, on: { click: () => this.toggle(source.sourceId) },
      }, h('span', { class: 'source-n' }, h('span', { class: 'hidden', text: S.sources.one }), String(n)), h('span', { class: 'source-title', text: source.title }));
      this.#chips.set(source.sourceId, chip);
      this.list.append(h('li', {}, chip));
    }
    this.#sources = sources;
    this.el.hidden = sources.length === 0;
  }

  /** The number and title of a source that the answer cites, if it has it. @param {string} id */
  cited(id) {
    const i = this.#sources.findIndex((s) => s.sourceId === id);
    return i < 0 ? null : { n: i + 1, title: this.#sources[i].title };
  }

  /** @param {string} id @param {boolean} [open] */
  toggle(id, open) {
    const source = this.#sources.find((s) => s.sourceId === id);
    if (!source) return;
    const chip = this.#chips.get(id);
    const show = open ?? chip?.getAttribute('aria-expanded') !== 'true';
    for (const c of this.#chips.values()) c.setAttribute('aria-expanded', 'false');
    chip?.setAttribute('aria-expanded', String(show));
    this.pane.hidden = !show;
    if (!show) return;
    this.pane.replaceChildren(
      h('p', { class: 'passage-title' }, h('strong', { text: source.title })),
      source.passage ? h('blockquote', { text: source.passage }) : '',
      h('p', {}, outward(this.href(source.url), S.sources.open)));
  }

  /** Opens a passage from a citation in the text. @param {string} id */
  open(id) {
    this.toggle(id, true);
    this.pane.scrollIntoView({ block: 'nearest' });
    this.pane.focus({ preventScroll: true });
  }
}
