// Two ways in, side by side and worth the same: a text that a program reads, or
// one's own choice. Once there is a profile, they are folded.

import S from '../strings.js';
import { files } from '../api.js';
import { button, h, icon, uid } from '../dom.js';
import P from './strings.js';

/** @param {import('./tandem-profile.js').Context} c @param {() => void} found called when there is something to decide */
export function startSection(c, found) {
  const T = P.start;
  const words = uid('words');
  const picker = h('input', { type: 'file', accept: files.types, class: 'hidden', id: uid('file'), on: { change: () => read(picker.files?.[0]) } });
  const pick = h('label', { class: 'strong pick', for: picker.id }, icon('file'), T.pick);
  const told = h('textarea', { id: words, rows: 4, maxlength: 60_000 });
  const state = h('p', { class: 'working', role: 'status', hidden: true });
  const cv = h('div', { class: 'way' },
    h('h3', { text: T.cv }), h('p', { text: T.cvText }),
    h('div', { class: 'drop-zone' }, picker, pick, h('p', { class: 'small wide-only', text: T.drop })),
    h('p', { class: 'small', text: T.formats }),
    h('details', { class: 'folded' }, h('summary', { text: T.words }),
      h('form', { class: 'folded-body', on: { submit: (/** @type {Event} */ e) => (e.preventDefault(), propose({ text: told.value })) } },
        h('label', { for: words, text: T.wordsHint }), told, h('button', { class: 'strong', text: T.read }))),
    state);
  const alone = h('div', { class: 'way' }, h('h3', { text: T.alone }), h('p', { text: T.aloneText }),
    button(T.aloneGo, () => choose(false), { class: 'quiet' }));
  const without = h('div', { class: 'way' }, h('p', { text: T.refused }), button(T.back, () => choose(true), { class: 'quiet' }));
  const ways = h('div', { class: 'ways' });
  const title = h('h2', { tabindex: -1, text: T.title });
  const fold = h('details', { class: 'folded' }, h('summary', { text: T.another }));
  const el = h('section', { class: 'card start' });
  let shown = '';
  let busy = false;

  /** @param {boolean} ai */
  async function choose(ai) {
    await c.setAI(ai);
    (ai ? title : /** @type {HTMLElement | null | undefined} */ (el.parentElement?.querySelector('.add input')))?.focus();
  }

  /** @param {File | undefined} file */
  async function read(file) {
    if (!file || busy || !c.ai()) return;
    if (file.size > files.most) return c.fail(S.composer.tooLarge);
    if (!file.size) return c.fail(S.composer.empty);
    await working(S.composer.uploading(file.name), async () => {
      const bar = h('progress', { max: 1, value: 0, 'aria-label': S.composer.uploading(file.name) });
      state.append(bar);
      const stored = await c.api.upload(file, (part) => (bar.value = part), new AbortController().signal);
      state.textContent = T.reading;
      return c.api.propose({ document_id: stored.id });
    });
    picker.value = '';
  }

  /** @param {{text: string} | {document_id: string}} from */
  const propose = (from) => working(T.reading, () => c.api.propose(from));

  /** @param {string} what @param {() => Promise<any>} work */
  async function working(what, work) {
    if (busy) return;
    busy = true;
    c.fail('');
    state.hidden = false;
    state.textContent = what;
    try {
      c.profile.take(await work());
      told.value = '';
      fold.open = false;
      const left = c.profile.items.filter((i) => i.status === 'proposed' && !i.later).length;
      c.say(T.found(left));
      if (left) found();
      else c.fail(T.found(0));
    } catch (err) {
      c.fail(/** @type {Error} */ (err).message);
    } finally {
      busy = false;
      state.hidden = true;
    }
  }

  // Anywhere on the page, as people drop.
  const carried = (/** @type {DragEvent} */ e) => c.ai() && e.dataTransfer?.types.includes('Files');
  addEventListener('dragover', (e) => carried(e) && (e.preventDefault(), el.toggleAttribute('data-over', true)));
  addEventListener('dragleave', (e) => e.relatedTarget || el.toggleAttribute('data-over', false));
  addEventListener('drop', (e) => {
    if (!carried(e)) return;
    e.preventDefault();
    el.toggleAttribute('data-over', false);
    read(e.dataTransfer?.files[0]);
  });

  return {
    el,
    draw() {
      const now = !c.ai() ? 'without' : c.profile.items.length ? 'folded' : 'open';
      if (now === shown) return;
      shown = now;
      if (now === 'without') el.replaceChildren(without);
      else if (now === 'open') el.replaceChildren(title, (ways.replaceChildren(cv, alone), ways));
      else {
        fold.replaceChildren(h('summary', { text: T.another }), (ways.replaceChildren(cv, alone), ways));
        el.replaceChildren(fold);
      }
    },
  };
}
