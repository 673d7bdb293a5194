// What is in the profile: in the person's order, to correct and to take out; and
// what was refused, so that nothing is lost by a slip of the finger.

import S from '../strings.js';
import { button, h, icon } from '../dom.js';
import { nameOf } from '../profile.js';
import { folded } from '../views/card.js';
import { standing } from '../views/standing.js';
import { editor } from './edit.js';
import P from './strings.js';

/** @typedef {import('../profile.js').Item} Item */

/** @param {import('./tandem-profile.js').Context} c */
export function keptSection(c) {
  const T = P.kept;
  const title = h('h2', { tabindex: -1 });
  const none = h('p', { class: 'none', text: T.none });
  const lists = [{ title: T.metiers, of: (/** @type {Item} */ i) => i.kind === 'metier' }, { title: T.skills, of: (/** @type {Item} */ i) => i.kind !== 'metier' }]
    .map((l) => {
      const items = h('ol', { class: 'kept-list' });
      return { ...l, items, el: h('div', { class: 'group', hidden: true }, h('h3', { text: l.title }), items) };
    });
  const refusedItems = h('ul', { class: 'rows' });
  const refused = folded('', refusedItems);
  const el = h('section', { class: 'card kept' }, title, none, lists.map((l) => l.el), refused);
  /** @type {Map<string, ReturnType<typeof row>>} */
  const rows = new Map();
  /** @type {string[] | null} the order asked for, until the server has it */
  let asked = null;

  const accepted = () => {
    const all = c.profile.items.filter((i) => c.profile.of(i.code) === 'accepted');
    const order = asked;
    return order ? all.sort((a, b) => place(order, a.code) - place(order, b.code)) : all;
  };

  /** Puts an item in the place of another of its list. @param {Item} item @param {number} to @param {string} [focus] the button to stay on */
  async function move(item, to, focus) {
    const list = lists.find((l) => l.of(item));
    const all = accepted();
    const own = all.filter((i) => list?.of(i));
    if (to < 0 || to >= own.length) return;
    own.splice(own.indexOf(item), 1);
    own.splice(to, 0, item);
    asked = [...(item.kind === 'metier' ? own : all.filter(lists[0].of)), ...(item.kind === 'metier' ? all.filter(lists[1].of) : own)].map((i) => i.code);
    const mine = asked;
    draw();
    const kept = rows.get(item.code)?.el;
    const button_ = /** @type {HTMLButtonElement | null | undefined} */ (focus && kept?.querySelector(`.${focus}:not([disabled])`)) || kept?.querySelector('.up:not([disabled]), .down:not([disabled])');
    /** @type {HTMLElement | null | undefined} */ (focus ? button_ : null)?.focus();
    c.say(T.moved(nameOf(item), to + 1, own.length));
    try {
      await c.profile.change({ order: mine });
    } catch (err) {
      c.fail(/** @type {Error} */ (err).message);
    }
    if (asked === mine) asked = null;
    draw();
  }

  /** @param {Item} item */
  async function remove(item) {
    const el = rows.get(item.code)?.el;
    const next = /** @type {HTMLElement | null | undefined} */ (el?.nextElementSibling ?? el?.previousElementSibling);
    c.decide(item.code, nameOf(item), 'refused', T.removed);
    /** @type {HTMLElement} */ (next?.querySelector('.out') ?? title).focus();
  }

  function draw() {
    const all = accepted();
    title.textContent = all.length ? `${T.title} (${all.length})` : T.title;
    none.hidden = all.length > 0;
    for (const l of lists) {
      const own = all.filter(l.of);
      l.el.hidden = !own.length;
      const els = own.map((i, n) => {
        let r = rows.get(i.code);
        if (!r || r.name !== nameOf(i)) rows.set(i.code, (r = row(i, c, { move, remove, at: (item) => accepted().filter(l.of).indexOf(item), dropped })));
        r.update(i, n, own.length);
        return r.el;
      });
      for (const old of [...l.items.children]) if (!els.includes(/** @type {any} */ (old))) old.remove();
      els.forEach((e, n) => l.items.children[n] !== e && l.items.insertBefore(e, l.items.children[n] ?? null));
    }
    const no = c.profile.items.filter((i) => c.profile.of(i.code) === 'refused');
    refused.hidden = !no.length;
    const summary = /** @type {HTMLElement} */ (refused.querySelector('summary'));
    summary.textContent = T.refused(no.length);
    refusedItems.replaceChildren(...no.map((i) => h('li', {}, h('span', { text: nameOf(i) }),
      button(T.back, () => {
        c.decide(i.code, nameOf(i), 'proposed');
        (refused.hidden ? title : summary).focus();
      }, { class: 'quiet', 'aria-label': T.backOf(nameOf(i)) }))));
  }

  /** One row was dropped on another. @param {string} code @param {Item} onto */
  function dropped(code, onto) {
    const item = c.profile.items.find((i) => i.code === code);
    const list = lists.find((l) => l.of(onto));
    if (item && list?.of(item) && item !== onto) move(item, accepted().filter(list.of).indexOf(onto));
  }

  return { el, draw };
}

/** @param {string[]} order @param {string} code */
const place = (order, code) => (order.includes(code) ? order.indexOf(code) : order.length);

/** @param {Item} first @param {import('./tandem-profile.js').Context} c
 * @param {{move: (item: Item, to: number, focus?: string) => void, remove: (item: Item) => void, at: (item: Item) => number, dropped: (code: string, onto: Item) => void}} acts */
function row(first, c, acts) {
  const T = P.kept;
  let item = first;
  const name = nameOf(first);
  const edit = editor(c, () => item);
  edit.opener.classList.replace('choice', 'round');
  edit.opener.querySelector('span')?.remove();
  edit.opener.title = P.decide.modify;
  const go = (/** @type {number} */ by, /** @type {string} */ focus) => acts.move(item, acts.at(item) + by, focus);
  const up = h('button', { type: 'button', class: 'round up', 'aria-label': T.up(name), title: T.up(name), on: { click: () => go(-1, 'up') } }, icon('up'));
  const down = h('button', { type: 'button', class: 'round down', 'aria-label': T.down(name), title: T.down(name), on: { click: () => go(1, 'down') } }, icon('down'));
  const out = h('button', { type: 'button', class: 'round out', 'aria-label': T.remove(name), title: T.remove(name), on: { click: () => acts.remove(item) } }, icon('cross'));
  const note = h('p', { class: 'small' });
  const what = h('p', { class: 'small' });
  const el = h('li', {
    class: 'kept-item', 'data-code': first.code, draggable: 'true', on: {
      // What is being written must be selectable with the mouse.
      focusin: (/** @type {FocusEvent} */ e) => { el.draggable = !edit.el.contains(/** @type {Node} */ (e.target)); },
      focusout: () => { el.draggable = true; },
      dragstart: (/** @type {DragEvent} */ e) => e.dataTransfer?.setData('text/x-tandem-code', item.code),
      dragover: (/** @type {DragEvent} */ e) => e.dataTransfer?.types.includes('text/x-tandem-code') && (e.preventDefault(), el.toggleAttribute('data-over', true)),
      dragleave: () => el.toggleAttribute('data-over', false),
      drop: (/** @type {DragEvent} */ e) => {
        el.toggleAttribute('data-over', false);
        const code = e.dataTransfer?.getData('text/x-tandem-code');
        if (code) (e.preventDefault(), acts.dropped(code, item));
      },
      keydown: (/** @type {KeyboardEvent} */ e) => {
        if (!e.altKey || (e.key !== 'ArrowUp' && e.key !== 'ArrowDown')) return;
        e.preventDefault();
        if (e.key === 'ArrowUp') go(-1, 'up');
        else go(1, 'down');
      },
    },
  },
  h('div', { class: 'kept-what' }, h('p', { class: 'proposal-label', text: name }), what, note),
  h('div', { class: 'kept-acts', role: 'group', 'aria-label': name }, up, down, edit.opener, out), edit.el);
  return {
    el, name,
    /** @param {Item} now @param {number} n @param {number} of */
    update(now, n, of) {
      item = now;
      up.disabled = n === 0;
      down.disabled = n === of - 1;
      up.hidden = down.hidden = of < 2;
      what.replaceChildren(h('a', { class: 'code', href: c.href(`/rome/${encodeURIComponent(now.code)}`), target: '_blank', rel: 'noopener' }, now.code, h('span', { class: 'hidden', text: S.newTab })),
        ` ${T.kinds[/** @type {keyof typeof T.kinds} */ (now.kind)] ?? now.kind}, ${T.origin[now.origin] ?? ''}`);
      note.replaceChildren(now.now ? standing(now, c) : '');
    },
  };
}
