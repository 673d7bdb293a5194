// offer.legality: the words of the offer, what is wrong with them and what to
// write instead. Severity is said in words and by the line under the words,
// never by colour alone.

import S from '../strings.js';
import { button, h, icon, outward, uid } from '../dom.js';
import { segments } from '../spans.js';
import { card, folded, list, small } from './card.js';

const signs = { clean: 'check', review: 'eye', justify: 'alert', blocked: 'ban' };

/** @param {any} content @param {import('./card.js').Context} c */
export function legalityView(content, c) {
  const T = S.legality;
  const findings = list(content.findings);
  const advice = list(content.advice);
  const all = [...findings, ...advice].map((f, i) => ({ ...f, n: i + 1, id: uid('finding') }));
  const analysis = [
    verdict(content.status),
    h('div', { class: 'offer' },
      content.title ? h('p', { class: 'offer-title' }, marked(content.title, all, 'title')) : null,
      h('div', { class: 'offer-text', role: 'group', 'aria-label': T.offer, tabindex: 0 }, marked(content.text ?? '', all, 'text'))),
    ...(findings.length ? [h('h4', { text: T.findings(findings.length) }), h('ol', { class: 'findings' }, all.slice(0, findings.length).map((f) => finding(f, c)))] : []),
    advice.length ? folded(T.advice, h('ol', { class: 'findings', start: findings.length + 1 }, all.slice(findings.length).map((f) => finding(f, c)))) : null,
  ];
  const r = content.rewritten;
  // A new wording was asked for: it comes first, and what was wrong stays within reach.
  const el = card('legality', r ? T.rewritten : T.title,
    r ? [rewritten(r, c), folded(T.original, analysis)] : analysis,
    actions(content, c),
    small(content.notice, content.version && T.version(content.version, content.date)));
  return { el };
}

/** @param {string} status */
function verdict(status) {
  const key = /** @type {keyof typeof S.legality.status} */ (status in S.legality.status ? status : 'review');
  const [name, text] = S.legality.status[key];
  return h('div', { class: 'verdict', 'data-status': key }, icon(/** @type {any} */ (signs[key])),
    h('p', {}, h('strong', { text: name }), h('span', { text })));
}

/** @param {string} text @param {any[]} all @param {string} field */
function marked(text, all, field) {
  const own = all.filter((f) => (f.field || 'text') === field && f.span);
  const parts = segments(text, own.map((f) => f.span));
  const last = own.map((_, m) => parts.findLastIndex((s) => s.marks.includes(m)));
  return parts.map((s, i) => {
    if (!s.marks.length) return document.createTextNode(s.text);
    const gravest = s.marks.map((m) => own[m].severity).sort().pop();
    // The number follows the last words of its finding, as a link to it.
    const over = s.marks.filter((m) => last[m] === i).map((m) => own[m]);
    return h('mark', { 'data-severity': gravest }, s.text, over.map((f) => h('a', { class: 'mark-link', href: `#${f.id}`, on: { click: jump } },
      String(f.n), h('span', { class: 'hidden', text: S.legality.seeFinding(f.n, severity(f.severity)) }))));
  });
}

/** Ids live in the shadow tree, where a fragment does not reach. @param {Event} e */
function jump(e) {
  e.preventDefault();
  const link = /** @type {HTMLAnchorElement} */ (e.currentTarget);
  const target = /** @type {ShadowRoot} */ (link.getRootNode()).getElementById(link.hash.slice(1));
  const fold = target?.closest('details');
  if (fold) fold.open = true;
  target?.focus();
}

/** @param {string} s */
const severity = (s) => S.legality.severity[/** @type {keyof typeof S.legality.severity} */ (s)] ?? s;

/** @param {any} f @param {import('./card.js').Context} c */
function finding(f, c) {
  const T = S.legality;
  const line = (/** @type {string} */ name, /** @type {any} */ value) => (value ? [h('dt', { text: name }), h('dd', {}, value)] : null);
  return h('li', { id: f.id, class: 'finding', 'data-severity': f.severity, tabindex: -1, value: f.n },
    h('p', { class: 'finding-head' },
      h('span', { class: 'severity', text: severity(f.severity) }),
      h('strong', { text: f.title })),
    f.span?.text ? h('p', { class: 'finding-quote' }, h('q', { text: S.quote(f.span.text) })) : null,
    h('dl', {},
      line(T.why, f.why),
      f.with?.words ? line(T.with[/** @type {'fields'} */ (f.with.field)] ?? T.with.text, h('q', { text: S.quote(f.with.words) })) : null,
      line(T.computed, f.computed),
      line(T.article, list(f.articles).length ? list(f.articles).map((a, i) => [i ? ', ' : '', outward(c.href(a.url), a.label || a.id)]).flat() : null),
      line(T.exception, f.exception),
      line(T.rewrite, f.rewrite),
      typeof f.replace === 'string' ? line(f.replace ? T.replace : T.remove, f.replace ? h('ins', { text: S.quote(f.replace) }) : h('del', { text: S.quote(f.span?.text ?? '') })) : null,
      line(T.risk, f.risk)));
}

/** @param {any} r @param {import('./card.js').Context} c */
function rewritten(r, c) {
  const T = S.legality;
  const changes = list(r.changes);
  const copy = h('button', { type: 'button', class: 'quiet', on: { click: () => c.copy([r.title, r.text].filter(Boolean).join('\n\n')) } }, T.copy);
  return h('div', { class: 'rewritten' },
    verdict(r.status),
    r.title ? h('p', { class: 'offer-title', text: r.title }) : null,
    h('div', { class: 'offer-text', role: 'group', 'aria-label': T.rewritten, tabindex: 0, text: r.text }),
    copy,
    changes.length ? folded(T.changes, h('ul', { class: 'plain-list' }, changes.map((x) => h('li', {},
      h('del', { text: S.quote(labelled(x.from)) }), ' → ', x.to ? h('ins', { text: S.quote(labelled(x.to)) }) : h('em', { text: T.removed }))))) : null,
    ...(list(r.remaining).length ? [h('h4', { text: T.remaining }), h('ul', { class: 'plain-list' }, list(r.remaining).map((f) => h('li', {},
      h('q', { text: S.quote(f.span?.text ?? '') }), ' : ', f.rewrite || f.why)))] : []));
}

/** @param {any} x words, or a span that holds them */
const labelled = (x) => (typeof x === 'string' ? x : (x?.text ?? ''));

/** @param {any} content @param {import('./card.js').Context} c */
function actions(content, c) {
  const T = S.legality;
  if (content.status === 'clean' && !list(content.advice).length) return null;
  const id = uid('contest');
  const pane = h('div', { id, class: 'contest', hidden: true },
    h('p', { text: content.contest }), button(T.contestAsk, () => c.handoff(T.contestReason), { class: 'quiet' }));
  const contest = h('button', {
    type: 'button', class: 'quiet', 'aria-expanded': 'false', 'aria-controls': id, on: {
      click: () => {
        pane.hidden = !pane.hidden;
        contest.setAttribute('aria-expanded', String(!pane.hidden));
      },
    },
  }, T.contest);
  const rewrite = !content.rewritten && c.role() !== 'seeker' ? button(T.askRewrite, () => c.ask(T.askRewriteText), { class: 'strong' }) : null;
  return [h('div', { class: 'card-actions' }, rewrite, contest), pane];
}
