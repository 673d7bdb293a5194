// « Parler à un conseiller »: what will be passed on is shown first, and nothing
// of the conversation is without a yes.

import S from './strings.js';
import { button, h, uid } from './dom.js';

export class Handoff {
  /** @param {(reason: string, consent: boolean) => void} onSend */
  constructor(onSend) {
    const T = S.handoff;
    const title = uid('handoff');
    const reason = uid('reason');
    this.reason = h('textarea', { id: reason, rows: 4, maxlength: 500 });
    this.consent = h('input', { type: 'checkbox' });
    this.el = h('dialog', { class: 'dialog', 'aria-labelledby': title },
      h('form', {
        method: 'dialog', on: {
          submit: () => onSend(this.reason.value.trim(), this.consent.checked),
        },
      },
      h('h2', { id: title, text: T.title }),
      h('p', { text: T.text }),
      h('label', { for: reason, text: T.reason }), this.reason,
      h('label', { class: 'check' }, this.consent, h('span', { text: T.consent })),
      h('p', { class: 'small', text: T.refusal }),
      h('p', { class: 'small', text: T.phone }),
      h('div', { class: 'dialog-actions' },
        h('button', { class: 'strong', type: 'submit', text: T.send }),
        button(T.cancel, () => this.el.close(), { class: 'quiet' }))));
  }

  /** @param {string} reason a first wording, the person's to change */
  open(reason) {
    this.reason.value = reason;
    this.consent.checked = false;
    this.el.showModal(); // traps and returns the focus, closes on Escape
    this.reason.focus();
  }
}
