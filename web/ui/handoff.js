// « Parler à un conseiller »: what will be passed on is shown first, is the
// person's to change, and nothing of the conversation is without a yes. Above the
// messages stands who is there, and the way back to the assistant.

import S from './strings.js';
import { plain } from './markdown.js';
import { button, h, uid } from './dom.js';

/** @typedef {{reason: string, summary: string, consent: boolean}} Wish */

export class Handoff {
  /** @param {{send: (wish: Wish) => void, back: () => void}} act */
  constructor(act) {
    const T = S.handoff;
    const title = uid('handoff');
    const reason = uid('reason');
    const summary = uid('summary');
    const note = uid('note');
    this.reason = h('textarea', { id: reason, rows: 2, maxlength: 500 });
    this.summary = h('textarea', { id: summary, rows: 5, maxlength: 4000, 'aria-describedby': note });
    this.consent = h('input', { type: 'checkbox' });
    this.closed = h('p', { class: 'notice', hidden: true });
    this.el = h('dialog', { class: 'dialog', 'aria-labelledby': title },
      h('form', {
        method: 'dialog', on: {
          submit: () => act.send({ reason: this.reason.value.trim(), summary: this.summary.value.trim(), consent: this.consent.checked }),
        },
      },
      h('h2', { id: title, text: T.title }),
      this.closed,
      h('label', { for: reason, text: T.reason }), this.reason,
      h('label', { for: summary, text: T.summary }), h('p', { id: note, class: 'small', text: T.summaryNote }), this.summary,
      h('label', { class: 'check' }, this.consent, h('span', { text: T.consent })),
      h('p', { class: 'small', text: T.refusal }),
      h('p', { class: 'small', text: T.phone }),
      h('div', { class: 'dialog-actions' },
        h('button', { class: 'strong', type: 'submit', text: T.send }),
        button(T.cancel, () => this.el.close(), { class: 'quiet' }))));
    this.said = h('p', { role: 'status' });
    this.back = button(T.back, act.back, { class: 'inline' });
    this.presence = h('div', { class: 'presence', hidden: true }, this.said, this.back);
  }

  /**
   * @param {string} reason a first wording, the person's to change
   * @param {string} summary @param {{open: boolean, closed?: string} | undefined} desk
   */
  open(reason, summary, desk) {
    this.reason.value = reason;
    this.summary.value = summary;
    this.consent.checked = false;
    this.closed.hidden = desk?.open ?? true;
    this.closed.textContent = desk?.open === false ? S.handoff.closed(desk.closed ?? '') : '';
    this.el.showModal(); // traps and returns the focus, closes on Escape
    this.reason.focus();
  }

  /** @param {import('./transcript.js').Transcript} state */
  show({ handoff, counsellor, waiting }) {
    const T = S.handoff;
    const said = { none: '', requested: waiting || `${T.requested} ${T.phone}`, accepted: T.accepted(counsellor), ended: T.ended }[handoff];
    if (this.said.textContent !== said) this.said.textContent = said;
    const busy = handoff === 'requested' || handoff === 'accepted';
    if (!busy && /** @type {any} */ (this.back.getRootNode()).activeElement === this.back) /** @type {HTMLElement | null} */ (this.presence.parentElement?.querySelector('.composer textarea'))?.focus();
    this.back.hidden = !busy;
    this.back.textContent = handoff === 'accepted' ? T.back : T.withdraw;
    this.presence.hidden = !said;
    this.presence.dataset.state = handoff;
  }
}

/** What was asked, joined and shown so far, in the person's and the cards' words.
 * @param {import('./transcript.js').Transcript} state @param {string} role */
export function summaryOf({ turns }, role) {
  const T = S.handoff;
  const short = (/** @type {string} */ s) => (s.length > 160 ? s.slice(0, 159) + '…' : s).replace(/\s+/g, ' ');
  const questions = turns.flatMap((t) => (t.question?.content ? [short(t.question.content)] : []));
  const files = turns.flatMap((t) => (t.question?.document ? [t.question.document.name] : []));
  const cards = turns.flatMap((t) => t.parts.filter((p) => p.kind === 'activity').map((p) => S.cards[/** @type {keyof typeof S.cards} */ (p.type)]).filter(Boolean));
  const last = turns.flatMap((t) => t.parts.filter((p) => p.kind === 'text')).pop();
  return [T.who(S.roles[/** @type {keyof typeof S.roles} */ (role)] ?? role),
    questions.length ? `${T.asked}\n${questions.slice(-8).map((q) => `- ${q}`).join('\n')}` : '',
    files.length ? `${T.joined} ${[...new Set(files)].join(', ')}` : '',
    cards.length ? `${T.cards} ${[...new Set(cards)].join(', ')}` : '',
    last ? `${T.last} ${short(plain(last.text))}` : ''].filter(Boolean).join('\n').slice(0, 4000);
}
