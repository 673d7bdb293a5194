// What waits for a decision, each with the words it rests on, beside the text.
// A decision takes the item away and the focus to the next: fifteen of them are
// fifteen presses of one key.

import S from '../strings.js';
import { button, h, icon, uid } from '../dom.js';
import { nameOf } from '../profile.js';
import { excerpts } from '../spans.js';
import { small } from '../views/card.js';
import { editor } from './edit.js';
import { reader } from './reader.js';
import P from './strings.js';

/** @typedef {import('../profile.js').Item} Item */

/** @param {import('./tandem-profile.js').Context} c */
export function decideSection(c) {
  const T = P.decide;
  const text = reader(c);
  const progressText = h('p', { id: uid('progress'), class: 'progress-text' });
  const bar = h('progress', { max: 1, value: 0, 'aria-label': S.skills.progressLabel, 'aria-describedby': progressText.id });
  const meter = h('div', { class: 'progress stuck' }, bar, progressText);
  const title = h('h2', { tabindex: -1, text: T.title });
  const list = h('div', { class: 'board-main', role: 'group', 'aria-label': T.label });
  const done = h('div', { class: 'all-done', hidden: true }, icon('check'), h('p', {}, h('strong', { text: T.done }), ' ', h('span', { text: T.doneText })));
  const more = button('', () => {
    later = true;
    draw();
    focusFirst();
  }, { class: 'quiet' });
  const board = h('div', { class: 'board open' }, list, text.el);
  const el = h('section', { class: 'card decide', hidden: true }, title, meter, done, board, more);
  /** @type {Map<string, ReturnType<typeof proposal>>} */
  const rows = new Map();
  const groups = Object.entries(T.kinds).map(([kind, name]) => {
    const items = h('ul', { class: 'proposals' });
    return { kind, items, el: h('div', { class: 'group' }, h('h3', { text: name }), items) };
  });
  list.append(...groups.map((g) => g.el));
  let later = false;

  const undecided = () => c.profile.items.filter((i) => c.profile.of(i.code) === 'proposed');
  const focusFirst = () => (/** @type {HTMLElement | null} */ (list.querySelector('.choice.yes')) ?? title).focus();

  /** @param {Item} item @param {'accepted' | 'refused'} decision */
  function decide(item, decision) {
    const all = [...list.querySelectorAll('.proposal')];
    const at = all.indexOf(/** @type {Element} */ (rows.get(item.code)?.el));
    const next = /** @type {HTMLElement | undefined} */ (all[at + 1] ?? all[at - 1]);
    c.decide(item.code, nameOf(item), decision);
    // The row is gone by now: on to the next, or to what is said at the end.
    const target = next?.querySelector(decision === 'accepted' ? '.choice.yes' : '.choice.no') ?? (done.hidden ? more : title);
    /** @type {HTMLElement} */ (target).focus();
    next?.scrollIntoView({ block: 'nearest' });
    const { said } = progress();
    c.say(`${T.said[decision]} : ${nameOf(item)}. ${said}.`);
  }

  function progress() {
    // What a person added themselves is no proposal, and what was found for later
    // counts once it is decided.
    const own = c.profile.items.filter((i) => i.origin === 'document');
    const decided = own.filter((i) => c.profile.of(i.code) !== 'proposed').length;
    const total = decided + own.filter((i) => c.profile.of(i.code) === 'proposed' && (!i.later || later)).length;
    return { decided, total, said: S.skills.progress(decided, total) };
  }

  function draw() {
    const waiting = undecided();
    const shown = waiting.filter((i) => !i.later || later);
    const rest = waiting.length - shown.length;
    const { decided, total, said } = progress();
    el.hidden = !total && !rest;
    bar.max = total || 1;
    bar.value = decided;
    progressText.textContent = said;
    for (const g of groups) {
      const own = shown.filter((i) => i.kind === g.kind);
      g.el.hidden = !own.length;
      const els = own.map((i) => {
        let row = rows.get(i.code);
        if (!row || row.item.evidence?.[0]?.start !== i.evidence?.[0]?.start || row.item.document !== i.document) rows.set(i.code, (row = proposal(i, c, text, decide)));
        row.update(i);
        return row.el;
      });
      const now = [...g.items.children];
      // Moving an element takes its focus: only what changed is touched.
      for (const old of now) if (!els.includes(/** @type {any} */ (old))) old.remove();
      els.forEach((row, n) => g.items.children[n] !== row && g.items.insertBefore(row, g.items.children[n] ?? null));
    }
    done.hidden = shown.length > 0;
    title.textContent = shown.length ? T.title : T.over;
    more.hidden = !rest;
    more.textContent = T.more(rest);
    const there = text.draw();
    board.hidden = !shown.length;
    board.classList.toggle('open', there);
  }

  return {
    el, draw,
    /** Something new waits: to it. */
    begin() {
      el.scrollIntoView({ block: 'start' });
      focusFirst();
    },
  };
}

/** @param {Item} first @param {import('./tandem-profile.js').Context} c @param {ReturnType<typeof reader>} text
 * @param {(item: Item, decision: 'accepted' | 'refused') => void} decide */
function proposal(first, c, text, decide) {
  const T = P.decide;
  let item = first;
  const label = h('p', { class: 'proposal-label' });
  const words = h('div', { class: 'evidence' });
  const why = h('p', { class: 'small' });
  const name = nameOf(first);
  const edit = editor(c, () => item);
  const el = h('li', { class: 'proposal', 'data-code': first.code, on: { focusin: () => text.point(item), pointerenter: () => text.point(item) } },
    h('div', { class: 'proposal-what' }, label, words, why),
    h('div', { class: 'choices', role: 'group', 'aria-label': name },
      h('button', { type: 'button', class: 'choice yes', 'aria-label': S.skills.acceptOf(name), on: { click: () => decide(item, 'accepted') } }, icon('check'), S.skills.accept),
      h('button', { type: 'button', class: 'choice no', 'aria-label': S.skills.refuseOf(name), on: { click: () => decide(item, 'refused') } }, icon('cross'), S.skills.refuse),
      edit.opener),
    edit.el);
  evidence();

  async function evidence() {
    const doc = item.document ? await text.text(item.document) : null;
    const spans = item.evidence ?? [];
    const lines = doc ? excerpts(doc.text, spans) : [];
    const line = (/** @type {any[]} */ ...said) => h('p', { class: 'quote-line' }, h('span', { class: 'hidden', text: S.skills.evidence }), said);
    words.replaceChildren(...(lines.length ? lines.slice(0, 2).map((parts) => line(...parts.map((s) => (s.marks.length ? h('mark', { text: s.text }) : s.text))))
      : spans.slice(0, 2).map((s) => line(h('q', { class: 'quote', text: S.quote(s.text ?? '') })))));
  }

  return {
    el, get item() { return item; },
    /** @param {Item} now */
    update(now) {
      item = now;
      label.textContent = nameOf(now);
      label.append(' ', h('a', { class: 'code', href: c.href(`/rome/${encodeURIComponent(now.code)}`), target: '_blank', rel: 'noopener' }, now.code, h('span', { class: 'hidden', text: S.newTab })));
      why.replaceChildren(...[small((now.confidence ?? 0) > 0 && S.skills.confidence(now.confidence ?? 0), now.why)].filter(Boolean).map((p) => /** @type {Element} */ (p).firstChild ?? ''));
    },
  };
}
