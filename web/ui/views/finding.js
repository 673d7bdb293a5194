// One finding: the words, why, the law, the exception considered, and what one
// may do about it: correct, contest, or (counsellors) tell the employer.

import S from '../strings.js';
import { button, fine, h, outward, uid } from '../dom.js';
import { proposal } from '../review.js';
import { list } from './card.js';

/** @param {string} s */
export const severity = (s) => S.legality.severity[/** @type {keyof typeof S.legality.severity} */ (s)] ?? s;

/**
 * @typedef {object} Acts what the card does for a finding
 * @property {(f: any) => void} fix puts its edit in place and checks again
 * @property {(f: any, reason: string) => Promise<void>} contest
 * @property {((f: any) => Promise<{lines: string[], subject: string, mail: string}>) | null} letter for counsellors
 */

/** @param {any} f @param {Acts} acts @param {import('./card.js').Context} c */
export function finding(f, acts, c) {
  const T = S.legality;
  const line = (/** @type {string} */ name, /** @type {any} */ value) => (value ? [h('dt', { text: name }), h('dd', {}, fine(value))] : null);
  const change = proposal(f);
  return h('li', { id: f.id, class: 'finding', 'data-severity': f.severity, 'data-lifted': f.lifted || null, tabindex: -1, value: f.n },
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
      line(T.risk, f.risk)),
    decision(f.contest ?? (f.lifted ? { state: 'overridden' } : null)),
    f.lifted ? null : h('div', { class: 'finding-acts' },
      change ? button(change.to ? T.fix(change.to) : T.drop(change.gone), () => acts.fix(f), { class: 'strong fix' }) : h('p', { class: 'small', text: T.byHand }),
      f.contest ? null : opens(T.contest, () => contestForm(f, acts), S.quote(f.span?.text ?? '')),
      acts.letter ? opens(T.letter, (pane) => letterOf(f, acts, c, pane), S.quote(f.span?.text ?? '')) : null));
}

/** @param {any} contest */
function decision(contest) {
  const T = S.legality.decision;
  if (!contest) return null;
  const said = T[/** @type {'open'} */ (contest.state)];
  return said ? h('p', { class: 'decision', 'data-state': contest.state }, h('strong', { text: said }), contest.answer ? ` ${contest.answer}` : null) : null;
}

/** A button that opens a pane below it, filled when first opened.
 * @param {string} label @param {(pane: HTMLElement) => Node} fill @param {string} about */
function opens(label, fill, about) {
  const id = uid('pane');
  const pane = h('div', { id, class: 'contest', hidden: true });
  const opener = h('button', {
    type: 'button', class: 'quiet', 'aria-expanded': 'false', 'aria-controls': id, 'aria-label': `${label} : ${about}`, on: {
      click: () => {
        pane.hidden = !pane.hidden;
        opener.setAttribute('aria-expanded', String(!pane.hidden));
        if (pane.hidden) return;
        if (!pane.childElementCount) pane.append(fill(pane));
        /** @type {HTMLElement | null} */ (pane.querySelector('textarea:not([readonly])'))?.focus();
      },
    },
  }, label);
  return [opener, pane];
}

/** @param {any} f @param {Acts} acts */
function contestForm(f, acts) {
  const T = S.legality;
  const id = uid('reason');
  const reason = h('textarea', { id, rows: 3, maxlength: 1000 });
  const send = h('button', { type: 'submit', class: 'strong', text: T.contestSend });
  return h('form', {
    class: 'contest-form', on: {
      submit: async (/** @type {Event} */ e) => {
        e.preventDefault();
        send.disabled = true;
        await acts.contest(f, reason.value.trim());
        send.disabled = false; // still there only when it failed
      },
    },
  }, h('label', { for: id, text: T.contestWhy }), reason, h('p', { class: 'small', text: T.contestSent }), send);
}

/** @param {any} f @param {Acts} acts @param {import('./card.js').Context} c @param {HTMLElement} pane */
function letterOf(f, acts, c, pane) {
  const T = S.legality;
  const place = h('div', { class: 'letter' }, h('p', { class: 'small', text: T.letterWait }));
  const copied = (/** @type {string} */ text) => c.copy(text).then(() => c.say(S.message.copied));
  acts.letter?.(f).then((l) => {
    const id = uid('mail');
    place.replaceChildren(
      h('p', { class: 'small-title', text: T.letterLines }),
      h('ol', { class: 'letter-lines' }, l.lines.map((text) => h('li', { text }))),
      button(T.letterCopyLines, () => copied(l.lines.join('\n')), { class: 'quiet' }),
      h('label', { class: 'small-title', for: id, text: T.letterMail(l.subject) }),
      h('textarea', { id, class: 'letter-mail', rows: 12, readonly: true, text: l.mail }),
      button(T.letterCopyMail, () => copied(`${l.subject}\n\n${l.mail}`), { class: 'quiet' }));
  }).catch((err) => {
    pane.replaceChildren(); // to be asked again
    pane.hidden = true;
    c.fail(err.message);
  });
  return place;
}
