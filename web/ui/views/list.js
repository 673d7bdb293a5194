// offer.list: rows and totals. On a narrow screen each row becomes a block; the
// roles are written out because changing a table's display loses them.

import S from '../strings.js';
import { button, h } from '../dom.js';
import { card, chips, list, small } from './card.js';

/** @param {any} content @param {import('./card.js').Context} c */
export function listView(content, c) {
  const T = S.list;
  const rows = list(content.rows);
  const columns = [T.offer, T.contract, T.place, T.state, T.risk, T.median];
  const el = card('list', `${T.title} : ${T.total(rows.length, content.total ?? rows.length)}`,
    list(content.criteria).length ? [h('p', { class: 'small', text: T.filter }), chips(content.criteria.map((/** @type {any} */ k) => k.words), T.filter)] : small(content.filter && `${T.filter} ${content.filter}`),
    small(T.counts(content.blocked ?? 0, content.high ?? 0)),
    portfolio(content, c),
    groups(content),
    rows.length ? h('table', { class: 'offers', role: 'table' },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, columns.map((name) => h('th', { scope: 'col', role: 'columnheader', text: name })))),
      h('tbody', { role: 'rowgroup' }, rows.map((r) => row(r, c)))) : h('p', { class: 'none', text: T.none }),
    small(content.notice));
  return { el };
}

/** Where the same list can be edited and worked on. @param {any} content @param {import('./card.js').Context} c */
function portfolio(content, c) {
  const href = c.href(content.url);
  return href ? h('p', {}, h('a', { class: 'inline', href, text: S.list.open })) : null;
}

/** @param {any} content */
function groups(content) {
  const T = S.list;
  const all = list(content.groups);
  if (!all.length) return null;
  return h('table', { class: 'groups' },
    h('thead', {}, h('tr', {}, [T.group, T.count, T.high, T.blocked].map((name) => h('th', { scope: 'col', text: name })))),
    h('tbody', {}, all.map((g) => h('tr', {}, h('th', { scope: 'row', text: g.label }), [g.n, g.high, g.blocked].map((n) => h('td', { text: S.number(n) }))))));
}

/** @param {any} r @param {import('./card.js').Context} c */
function row(r, c) {
  const T = S.list;
  const cell = (/** @type {string} */ name, /** @type {any[]} */ ...body) => h('td', { role: 'cell', 'data-label': name }, ...body);
  const band = T.band[/** @type {keyof typeof T.band} */ (r.band)];
  const known = typeof r.probability === 'number' && r.probability > 0;
  return h('tr', { role: 'row' },
    h('th', { scope: 'row', role: 'rowheader' },
      h('span', { class: 'offer-name', text: r.title }), ' ',
      h('span', { class: 'small' }, [r.id, r.rome].filter(Boolean).join(' · ')),
      r.reason ? h('span', { class: 'small reason', text: r.reason }) : null),
    cell(T.contract, r.contract),
    cell(T.place, r.departement),
    cell(T.state, h('span', { class: r.blocked ? 'blocked' : null, text: T.status[/** @type {keyof typeof T.status} */ (r.status)] ?? r.status })),
    cell(T.risk, h('div', { class: 'risk' },
      known ? h('p', {}, h('meter', { min: 0, max: 1, value: r.probability, 'aria-hidden': 'true', 'data-band': r.band }), h('span', {}, S.percent(r.probability), band ? `, ${band}` : '')) : T.unknown,
      known ? button(T.why, () => c.ask(T.whyAsk(r.id)), { class: 'inline', 'aria-label': T.whyOf(r.title) }) : null)),
    cell(T.median, r.median_days > 0 ? S.days(r.median_days) : '–'));
}
