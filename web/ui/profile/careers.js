// « Quels métiers avec ces compétences ? »: on demand, and never more than a lead.

import S from '../strings.js';
import { button, h, icon } from '../dom.js';
import { chips, folded } from '../views/card.js';
import P from './strings.js';

/** @param {import('./tandem-profile.js').Context} c */
export function careersSection(c) {
  const T = P.careers;
  const find = button(T.find, () => ask(), { class: 'strong' });
  const place = h('ol', { class: 'careers' });
  const said = h('p', { class: 'none', hidden: true });
  const title = h('h2', { tabindex: -1, text: T.title });
  const el = h('section', { class: 'card' }, title, h('p', { class: 'lead', text: T.text }), find, said, place);
  /** @type {(() => void)[]} */
  let redraw = [];
  let of = ''; // the profile that the answer is about
  let busy = false;

  const profile = () => c.profile.items.filter((i) => c.profile.of(i.code) === 'accepted').map((i) => i.code).sort().join(' ');

  async function ask() {
    if (busy) return; // not disabled: that would take the focus
    busy = true;
    try {
      const now = profile();
      const list = await c.api.careers();
      of = now;
      redraw = [];
      said.hidden = list.length > 0;
      said.textContent = T.none;
      place.replaceChildren(...list.map((o) => career(o)));
      c.say(list.length ? T.found(list.length) : T.none);
    } catch (err) {
      c.fail(/** @type {Error} */ (err).message);
    }
    busy = false;
    draw();
    if (find.hidden) title.focus();
  }

  /** @param {any} o */
  function career(o) {
    return h('li', { class: 'career' },
      h('h3', {}, h('a', { href: c.href(`/rome/${encodeURIComponent(o.rome)}`), target: '_blank', rel: 'noopener' }, o.metier, h('span', { class: 'hidden', text: S.newTab })), ' ', h('span', { class: 'code', text: o.rome })),
      o.leads ? h('p', { class: 'small', text: S.occupation.leads(o.leads) }) : null,
      folded(T.shared(o.shared.length), chips(o.shared.map((/** @type {any} */ s) => s.label))),
      o.missing.length ? [h('p', { class: 'small-title', text: T.missing }),
        h('ul', { class: 'missing' }, o.missing.slice(0, 5).map((/** @type {any} */ s) => h('li', {}, adder(s.code, s.label))))] : h('p', { class: 'small', text: T.nothingMissing }),
      adder(o.rome, o.metier, T.want(o.metier)));
  }

  /** @param {string} code @param {string} label @param {string} [text] */
  function adder(code, label, text = label) {
    const sign = h('span', { class: 'sign' });
    const el = h('button', { type: 'button', class: 'adder', 'aria-label': text === label ? P.add.addOf(label) : null, on: {
      click: () => c.decide(code, label, c.profile.of(code) === 'accepted' ? 'proposed' : 'accepted'),
    } }, sign, text);
    redraw.push(() => {
      const is = c.profile.of(code) === 'accepted';
      el.setAttribute('aria-pressed', String(is));
      sign.replaceChildren(icon(is ? 'check' : 'plus'));
    });
    return el;
  }

  function draw() {
    el.hidden = !of && !profile();
    find.textContent = of && of !== profile() ? T.again : T.find;
    find.hidden = Boolean(of) && of === profile();
    for (const f of redraw) f();
  }
  return { el, draw };
}
