// rome.occupation: the sheet of a métier, or what else was found.

import S from '../strings.js';
import { button, h, outward } from '../dom.js';
import { spoken } from '../language.js';
import { card, chips, folded, labelOf, list, small } from './card.js';

/** @param {any} content @param {import('./card.js').Context} c */
export function occupationView(content, c) {
  const T = S.occupation;
  if (list(content.careers).length) return { el: careers(content, c) };
  const m = content.metier;
  const others = list(content.others);
  if (!m?.code && !others.length) return { el: card('occupation', T.others, h('p', { class: 'none', text: T.none(content.query ?? '') })) };
  const el = card('occupation', m?.code ? m.label : T.others,
    m?.code ? sheet(m, c) : null,
    others.length ? h('div', { class: 'group' },
      m?.code ? h('h4', { text: T.others }) : null,
      h('ul', { class: 'plain-list' }, others.map((o) => h('li', {},
        outward(c.href(o.url || `/rome/${encodeURIComponent(o.code)}`), o.label), ' ',
        h('span', { class: 'small', text: [kindName(o.kind), o.code].filter(Boolean).join(' ') }))))) : null,
    small(content.release));
  return { el };
}

/** The métiers that the person's profile leads towards.
 * @param {any} content @param {import('./card.js').Context} c */
function careers(content, c) {
  const T = S.occupation;
  return card('occupation', T.careers,
    h('ol', { class: 'findings' }, content.careers.map((/** @type {any} */ o) => h('li', { class: 'group' },
      h('h4', {}, outward(c.href(`/rome/${encodeURIComponent(o.rome)}`), o.metier), ' ', h('span', { class: 'code', text: o.rome })),
      o.leads ? h('p', { class: 'small', text: T.leads(o.leads) }) : null,
      h('p', { class: 'small-title', text: T.shared }), chips(list(o.shared).map(labelOf)),
      list(o.missing).length ? [h('p', { class: 'small-title', text: T.missing }), chips(list(o.missing).map(labelOf))] : null))),
    h('p', {}, outward(c.href(spoken('/profil')), S.skills.page)),
    small(content.release));
}

/** @param {string} kind */
const kindName = (kind) => S.occupation.kinds[/** @type {keyof typeof S.occupation.kinds} */ (kind)] ?? kind ?? '';

/** @param {any} m @param {import('./card.js').Context} c */
function sheet(m, c) {
  const T = S.occupation;
  const skills = list(m.skills);
  const core = skills.filter((s) => s.core);
  const rest = skills.filter((s) => !s.core);
  const skill = (/** @type {any} */ s) => h('li', {}, s.label, ' ', s.kind === 'competence' ? null : h('span', { class: 'small', text: ` ${kindName(s.kind)}` }));
  const some = (/** @type {any[]} */ all, /** @type {number} */ n) => [chips(all.slice(0, n).map(labelOf)), all.length > n ? folded(T.more(all.length - n), chips(all.slice(n).map(labelOf))) : null];
  const appellations = list(m.appellations);
  const contexts = list(m.contexts);
  const mobilities = list(m.mobilities);
  const first = core.length ? core : rest.slice(0, 6);
  const later = skills.filter((s) => !first.includes(s));
  const total = m.total ?? {};
  const cut = total.appellations > appellations.length || total.skills > skills.length;
  return [
    h('p', { class: 'rome-code' }, h('span', { class: 'small', text: T.code }), h('strong', { class: 'code-big', text: m.code }),
      outward(c.href(m.url), T.sheet, { class: 'small' })),
    m.definition ? h('p', { class: 'definition', text: m.definition }) : null,
    appellations.length ? h('div', { class: 'group' }, h('h4', { text: T.appellations }), some(appellations, 8)) : null,
    skills.length ? h('div', { class: 'group' }, h('h4', { text: core.length ? T.core : T.skills }),
      h('ul', { class: 'plain-list' }, first.map(skill)),
      later.length ? folded(T.more(later.length), h('ul', { class: 'plain-list' }, later.map(skill))) : null) : null,
    contexts.length ? h('div', { class: 'group' }, h('h4', { text: T.contexts }), some(contexts, 8)) : null,
    mobilities.length ? h('div', { class: 'group' }, h('h4', { text: T.mobilities }),
      h('ul', { class: 'chips' }, mobilities.map((o) => h('li', {}, button(`${labelOf(o)} ${o.code ?? ''}`, () => c.ask(T.ask(`${labelOf(o)} (${o.code})`)), { class: 'chip chip-button' }))))) : null,
    cut ? h('p', {}, outward(c.href(`/rome/${encodeURIComponent(m.code)}`), T.all(total.appellations, total.skills))) : null,
  ];
}
