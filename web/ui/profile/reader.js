// The text that was read, with the words that proposals rest on; it follows
// what is being decided.

import S from '../strings.js';
import { h, uid } from '../dom.js';
import { segments } from '../spans.js';
import P from './strings.js';

/** @param {import('./tandem-profile.js').Context} c */
export function reader(c) {
  const T = P.decide;
  /** @type {Map<string, Promise<{name: string, text: string} | null>>} */
  const known = new Map();
  const select = h('select', { id: uid('which'), on: { change: () => show(select.value) } });
  const which = h('div', { class: 'which', hidden: true }, h('label', { for: select.id, class: 'hidden', text: T.which }), select);
  const title = h('h3', { class: 'small-title', id: uid('reader') });
  const pane = h('div', { class: 'reader', tabindex: 0, role: 'group', 'aria-labelledby': title.id });
  const el = h('div', { class: 'board-side' }, title, which, pane);
  let shown = '';
  /** @type {{codes: string[], el: HTMLElement}[]} */
  let marks = [];

  /** The text of a document, null once it is erased. @param {string} id */
  const text = (id) => {
    let asked = known.get(id);
    if (!asked) {
      asked = c.api.document(id).catch((err) => {
        if (err.code !== 'not_found') known.delete(id);
        return null;
      });
      known.set(id, asked);
    }
    return asked;
  };

  /** @param {string} id */
  async function show(id) {
    shown = id;
    const doc = await text(id);
    if (shown !== id) return;
    title.textContent = doc ? `${T.document} ${doc.name}` : '';
    if (select.value !== id) select.value = id;
    const own = c.profile.items.filter((i) => i.document === id);
    const spans = own.flatMap((i) => (i.evidence ?? []).map((s) => ({ ...s, code: i.code })));
    marks = [];
    pane.replaceChildren(...(doc ? segments(doc.text, spans).map((s) => {
      if (!s.marks.length) return document.createTextNode(s.text);
      const mark = h('mark', { text: s.text });
      marks.push({ codes: s.marks.map((m) => spans[m].code), el: mark });
      return mark;
    }) : [h('p', { class: 'none', text: S.skills.gone })]));
    colour();
  }

  /** What was decided shows in the text, and not by colour alone. */
  function colour() {
    for (const m of marks) {
      const statuses = m.codes.map((code) => c.profile.of(code));
      m.el.dataset.status = statuses.includes('proposed') ? 'proposed' : statuses.includes('accepted') ? 'accepted' : 'refused';
    }
  }

  return {
    el, text, colour,
    /** Draws again what the profile now has; false when there is no text to show. */
    draw() {
      const ids = new Set(c.profile.items.map((i) => i.document));
      const docs = c.profile.documents.filter((d) => ids.has(d.id));
      el.hidden = !docs.length;
      if (!docs.length) return false;
      which.hidden = docs.length < 2;
      select.replaceChildren(...docs.map((d) => h('option', { value: d.id, text: d.name, selected: d.id === shown })));
      if (!docs.some((d) => d.id === shown)) show(docs[0].id);
      else if (c.profile.items.some((i) => i.document === shown && i.evidence?.length && !marks.some((m) => m.codes.includes(i.code)))) show(shown);
      else colour();
      return true;
    },
    /** Brings the words of an item into view, without moving the page. @param {import('../profile.js').Item} item */
    async point(item) {
      if (item.document && item.document !== shown && c.profile.documents.some((d) => d.id === item.document)) await show(item.document);
      let first = true;
      for (const m of marks) {
        const here = m.codes.includes(item.code);
        m.el.classList.toggle('here', here);
        if (!here || !first) continue;
        first = false;
        const top = m.el.offsetTop;
        if (top < pane.scrollTop + 24 || top + m.el.offsetHeight > pane.scrollTop + pane.clientHeight - 24) pane.scrollTop = top - pane.clientHeight / 3;
      }
    },
  };
}
