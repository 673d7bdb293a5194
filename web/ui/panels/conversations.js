// The person's conversations: found, opened, named, taken away, deleted. A
// deletion can be undone for a moment; closing the panel or the page makes it.

import S from '../strings.js';
import { button, h, icon, uid } from '../dom.js';
import { panelView } from './panel.js';

/** @typedef {{id: string, title: string, touchedAt: string, until: string}} Talk */

const moment = 8000; // in which a deletion is taken back

/** @param {import('../tandem-chat.js').TandemChat} chat @returns {Promise<HTMLDialogElement>} */
export async function open(chat) {
  const T = S.talks;
  const api = /** @type {import('../api.js').API} */ (chat.api);
  /** @type {Map<string, {timer: number, li: HTMLElement, current: boolean}>} deletions that may be undone */
  const leaving = new Map();

  const find = uid('find');
  const search = h('input', { id: find, type: 'search', maxlength: 200, autocomplete: 'off', on: { input: () => later() } });
  const list = h('ul', { class: 'talks', 'aria-label': T.title });
  const said = h('p', { class: 'small', role: 'status' });
  const wrong = h('p', { class: 'composer-error', role: 'alert' });
  const undo = button(T.undo, () => back(), { class: 'quiet', hidden: true });
  const el = panelView(T.title,
    h('div', { class: 'panel-tools' },
      button('', () => (el.close(), chat.fresh()), { class: 'strong new-talk' }),
      h('div', { class: 'field' }, h('label', { for: find, text: T.search }), search)),
    wrong, h('div', { class: 'undo' }, said, undo), list, h('p', { class: 'small', text: T.note }));
  el.querySelector('.new-talk')?.append(icon('plus'), S.fresh);

  /** @param {() => Promise<unknown>} act */
  const attempt = async (act) => {
    wrong.textContent = '';
    try {
      return await act(), true;
    } catch (err) {
      wrong.textContent = /** @type {Error} */ (err).message;
      return false;
    }
  };

  let typed = 0;
  const later = () => {
    clearTimeout(typed);
    typed = window.setTimeout(load, 250);
  };
  let asked = 0;
  async function load() {
    const n = ++asked;
    const q = search.value.trim();
    await attempt(async () => {
      /** @type {Talk[]} */
      const talks = await api.identified(() => api.call('GET', `api/conversations${q ? `?q=${encodeURIComponent(q)}` : ''}`));
      if (n !== asked) return; // a later search has been made
      list.replaceChildren(...talks.filter((t) => !leaving.has(t.id)).map(row));
      if (q || !talks.length) said.textContent = q ? T.found(talks.length) : T.none;
    });
  }

  /** @param {Talk} talk */
  function row(talk) {
    const current = talk.id === chat.thread;
    const label = talk.title || T.untitled;
    const name = button(label, () => (el.close(), current || chat.show(talk.id)), { class: 'talk-open', 'aria-current': current ? 'true' : null });
    const rename = button('', () => edit(), { class: 'round', 'aria-label': T.renameOf(label), title: T.rename });
    const remove = button('', () => leave(talk, li, current), { class: 'round', 'aria-label': T.removeOf(label), title: T.remove });
    rename.append(icon('pen'));
    remove.append(icon('cross'));
    const save = (/** @type {string} */ format) => h('a', { class: 'inline', href: `${api.base}api/conversations/${encodeURIComponent(talk.id)}/export.${format}`, download: '', 'aria-label': T.exportOf(label, format), text: T.formats[/** @type {'md' | 'json'} */ (format)] });
    const line = h('div', { class: 'talk-line' }, name, rename, remove);
    const li = h('li', { class: 'talk' }, line,
      h('p', { class: 'talk-facts small' }, h('span', { text: T.times(new Date(talk.touchedAt), new Date(talk.until)) }), h('span', { class: 'talk-save' }, T.save, ' ', save('md'), ' ', save('json'))));

    function edit() {
      const field = h('input', { value: talk.title, maxlength: 120, 'aria-label': T.newName });
      const close = () => (form.replaceWith(line), rename.focus());
      const form = h('form', {
        class: 'talk-line', on: {
          submit: async (/** @type {Event} */ e) => {
            e.preventDefault();
            const title = field.value.trim();
            if (!title || !(await attempt(() => api.call('PATCH', `api/conversations/${encodeURIComponent(talk.id)}`, { title })))) return;
            const next = row({ ...talk, title });
            li.replaceWith(next);
            said.textContent = T.renamed;
            /** @type {HTMLElement | null} */ (next.querySelector('.round'))?.focus();
          },
          keydown: (/** @type {KeyboardEvent} */ e) => e.key === 'Escape' && (e.preventDefault(), e.stopPropagation(), close()),
        },
      }, field, h('button', { class: 'quiet', text: T.ok }), button(T.cancel, close, { class: 'quiet' }));
      line.replaceWith(form);
      field.focus();
      field.select();
    }
    return li;
  }

  /** @param {Talk} talk @param {HTMLElement} li @param {boolean} current */
  function leave(talk, li, current) {
    leaving.set(talk.id, { timer: window.setTimeout(() => gone(talk.id), moment), li, current });
    li.hidden = true;
    said.textContent = T.removed(talk.title || T.untitled);
    undo.hidden = false;
    undo.focus();
  }

  function back() {
    const last = [...leaving].pop();
    if (!last) return;
    const [id, { timer, li }] = last;
    clearTimeout(timer);
    leaving.delete(id);
    li.hidden = false;
    undo.hidden = leaving.size === 0;
    said.textContent = T.undone;
    /** @type {HTMLElement | null} */ (li.querySelector('.talk-open'))?.focus();
  }

  /** @param {string} id */
  async function gone(id) {
    const it = leaving.get(id);
    if (!it) return;
    clearTimeout(it.timer);
    leaving.delete(id);
    const had = undo === /** @type {ShadowRoot} */ (undo.getRootNode()).activeElement;
    undo.hidden = leaving.size === 0;
    if (undo.hidden && had) search.focus();
    if (await attempt(() => api.call('DELETE', `api/conversations/${encodeURIComponent(id)}`))) {
      it.li.remove();
      if (it.current) chat.fresh();
    } else it.li.hidden = false;
  }

  const all = () => [...leaving.keys()].forEach(gone);
  el.addEventListener('close', () => (removeEventListener('pagehide', all), all()));
  addEventListener('pagehide', all);
  await load();
  if (wrong.textContent) throw new Error(wrong.textContent);
  return el;
}
