// offer.delay: how likely, how sure, and why. Every drawing has its words.

import S from '../strings.js';
import { h, svg, uid } from '../dom.js';
import { card, chips, folded, list, small } from './card.js';

/** @param {any} f @param {import('./card.js').Context} c */
export function delayView(f, c) {
  const T = S.delay;
  const days = f.days || 30;
  const band = T.band[/** @type {keyof typeof T.band} */ (f.band)];
  const support = list(f.curve).length > 1;
  if (f.insufficient) return { el: card('delay', T.title, h('p', { text: f.insufficient }), other(f), small(f.notice), small(f.target, f.model && T.asOf(f.model, f.as_of))) };
  const el = card('delay', T.title,
    list(f.understood).length ? [h('p', { class: 'small', text: T.understood }), chips(f.understood, T.understood)] : null,
    h('div', { class: 'forecast' },
      h('p', { class: 'forecast-figure', 'data-band': f.band },
        h('strong', { text: S.percent(f.probability) }), ' ', h('span', { text: T.headline(days) })),
      h('ul', { class: 'facts' },
        band ? h('li', {}, h('span', { class: 'band', 'data-band': f.band, text: band })) : null,
        f.high > f.low ? h('li', { text: T.interval(f.low, f.high) }) : null,
        f.median_days > 0 ? h('li', {}, `${T.median} : `, h('strong', { text: S.days(f.median_days) })) : null,
        f.percentile > 0 ? h('li', { text: T.percentile(f.percentile) }) : null,
        f.base_group ? h('li', { text: `${T.base(f.base_group)}, ${S.percent(f.base_rate)} (${T.support(f.support ?? 0)})` }) : null)),
    f.what_if ? whatIf(f) : null,
    support ? curve(f, days) : null,
    contributions(f),
    advice(f),
    other(f),
    list(f.missing).length ? h('div', { class: 'group' }, h('h4', { text: T.missing }), chips(f.missing, T.missing)) : null,
    small(f.notice),
    small(f.target, f.model && T.asOf(f.model, f.as_of)));
  return { el };
}

/** The other target, apart from the forecast. @param {any} f */
function other(f) {
  const o = f.other;
  if (!o) return null;
  const T = S.delay;
  return folded(T.other, h('p', { text: o.insufficient || T.otherText(o.target, o.probability, o.low, o.high) }),
    h('p', { class: 'small', text: `${T.base(o.base_group)}, ${S.percent(o.base_rate)} (${T.support(o.support ?? 0)})` }));
}

/** @param {any} f */
function whatIf(f) {
  const w = f.what_if;
  const change = w.change ?? w.probability - f.probability;
  return h('div', { class: 'what-if' }, h('h4', { text: S.delay.whatIf }),
    list(w.understood).length ? h('p', { class: 'small', text: w.understood.join(', ') }) : null,
    h('p', {}, h('strong', { text: S.percent(w.probability) }), ` (${S.points(change)})`,
      w.median_days > 0 ? `, ${S.delay.median.toLowerCase()} : ${S.days(w.median_days)}` : ''));
}

/** @param {any} f @param {number} days */
function curve(f, days) {
  const T = S.delay;
  const points = list(f.curve).slice().sort((a, b) => a.day - b.day);
  const [left, right, top, bottom] = [38, 330, 12, 150];
  const last = points[points.length - 1].day;
  const x = (/** @type {number} */ d) => +(left + ((right - left) * d) / last).toFixed(1);
  const y = (/** @type {number} */ p) => +(bottom - (bottom - top) * p).toFixed(1);
  const path = (points[0].day > 0 ? [{ day: 0, probability: 1 }, ...points] : points).map((p, i) => `${i ? 'L' : 'M'}${x(p.day)} ${y(p.probability)}`).join('');
  const here = y(f.probability);
  const title = uid('curve');
  const ticks = [0, 30, 60, 90, 120, 180, 365].filter((d) => d <= last && (last <= 120 || d !== 90) && (last <= 200 || (d !== 30 && d !== 120)));
  const drawing = svg('svg', { viewBox: '0 0 340 182', class: 'curve', role: 'img', 'aria-labelledby': title },
    svg('title', { id: title }, T.curveText(f.measure === 'en-ligne', days, f.probability, f.median_days)),
    [0, 0.5, 1].map((p) => [svg('line', { x1: left, x2: right, y1: y(p), y2: y(p), class: 'grid' }), svg('text', { x: left - 6, y: y(p) + 4, class: 'tick end' }, S.percent(p))]).flat(),
    ticks.map((d) => svg('text', { x: x(d), y: bottom + 16, class: 'tick middle' }, String(d))),
    svg('text', { x: right, y: bottom + 29, class: 'tick end' }, T.axis),
    svg('path', { d: `${path}L${x(last)} ${bottom}L${left} ${bottom}Z`, class: 'area' }),
    svg('path', { d: path, class: 'line' }),
    days <= last ? [
      svg('line', { x1: x(days), x2: x(days), y1: top, y2: bottom, class: 'limit' }),
      svg('circle', { cx: x(days), cy: here, r: 5, class: 'dot' }),
      svg('text', { x: x(days) + 9, y: Math.max(top + 10, here - 8), class: 'value' }, S.percent(f.probability)),
    ] : null);
  return h('figure', { class: 'figure' },
    h('figcaption', {}, h('h4', { text: T.curve(f.measure === 'en-ligne') })),
    drawing,
    folded(T.table, h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col', text: T.day }), h('th', { scope: 'col', text: T.open }))),
      h('tbody', {}, sample(points, 13).map((p) => h('tr', {}, h('th', { scope: 'row', text: String(p.day) }), h('td', { text: S.percent(p.probability) })))))));
}

/** At most n points, always with the ends. @param {any[]} points @param {number} n */
function sample(points, n) {
  if (points.length <= n) return points;
  return Array.from({ length: n }, (_, i) => points[Math.round((i * (points.length - 1)) / (n - 1))]);
}

const logistic = (/** @type {number} */ x) => 1 / (1 + Math.exp(-x));

/** Points of probability lost if one fact were absent, the others as they are.
 * @param {number} probability @param {number} logOdds */
export function effect(probability, logOdds) {
  const p = Math.min(0.999, Math.max(0.001, probability));
  return p - logistic(Math.log(p / (1 - p)) - logOdds);
}

/** @param {any} f */
function contributions(f) {
  const T = S.delay;
  const items = list(f.contributions).filter((k) => Math.abs(k.log_odds) > 0.005).sort((a, b) => Math.abs(b.log_odds) - Math.abs(a.log_odds));
  if (!items.length) return null;
  const longest = Math.max(...items.map((k) => Math.abs(k.log_odds)));
  return h('div', { class: 'group' }, h('h4', { text: T.contributions }),
    h('ul', { class: 'bars' }, items.map((k) => {
      const up = k.log_odds > 0;
      const length = +((Math.abs(k.log_odds) / longest) * 50).toFixed(1);
      return h('li', {},
        h('span', { class: 'bar-name', text: k.factor }),
        svg('svg', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', class: 'bar', 'aria-hidden': 'true', focusable: 'false' },
          svg('rect', { x: up ? 50 : 50 - length, y: 0, width: length, height: 8, class: up ? 'bar-up' : 'bar-down' }),
          svg('rect', { x: 49.8, y: 0, width: 0.4, height: 8, class: 'bar-axis' })),
        h('span', { class: 'bar-text' }, h('strong', { text: S.points(effect(f.probability, k.log_odds)) }), ` ${up ? T.up : T.down}`));
    })),
    h('p', { class: 'small', text: T.without }),
    sources(items));
}

/** @param {any[]} items */
function sources(items) {
  const said = [...new Set(items.map((k) => k.source).filter(Boolean))];
  return said.length ? folded(S.delay.sources, h('ul', { class: 'plain-list' }, said.map((s) => h('li', { text: s })))) : null;
}

/** @param {any} f */
function advice(f) {
  const T = S.delay;
  const levers = list(f.levers);
  const actions = list(f.actions);
  return [
    levers.length ? h('div', { class: 'group' }, h('h4', { text: T.levers }),
      h('ul', { class: 'levers' }, levers.map((l) => h('li', {}, h('span', { text: l.action }), h('strong', { text: S.points(l.change) }))))) : null,
    actions.length ? folded(T.actions, h('ul', { class: 'plain-list' }, actions.map((a) => h('li', { text: a })))) : null,
  ];
}
