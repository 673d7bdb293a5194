// What one may do with an answer: copy it, ask for simpler words, judge it.

import S from '../strings.js';
import { button, h, uid } from '../dom.js';

/**
 * @param {string} messageId
 * @param {import('./turn.js').TurnContext} c
 * @param {() => string} plain
 * @param {() => void} again
 */
export function feedbackView(messageId, c, plain, again) {
  const T = S.message;
  const id = uid('feedback');
  const copy = button(T.copy, async () => {
    await c.copy(plain());
    copy.textContent = T.copied;
    setTimeout(() => (copy.textContent = T.copy), 2000);
  }, { class: 'tool' });
  const up = button(T.useful, () => c.feedback(messageId, 1, [], ''), { class: 'tool', 'aria-pressed': 'false' });
  const down = button(T.useless, () => {
    form.hidden = !form.hidden;
    down.setAttribute('aria-expanded', String(!form.hidden));
  }, { class: 'tool', 'aria-pressed': 'false', 'aria-expanded': 'false', 'aria-controls': id });
  const thanks = h('span', { class: 'small', role: 'status' });

  const form = h('form', {
    id, class: 'feedback', hidden: true, on: {
      submit(/** @type {SubmitEvent} */ e) {
        e.preventDefault();
        const data = new FormData(form);
        c.feedback(messageId, -1, data.getAll('reason').map(String), String(data.get('comment') ?? '').trim());
        form.hidden = true;
        down.setAttribute('aria-expanded', 'false');
        down.focus();
      },
    },
  },
  h('fieldset', {}, h('legend', { text: T.why }),
    h('div', { class: 'reasons' }, Object.entries(T.reasons).map(([value, text]) => h('label', {}, h('input', { type: 'checkbox', name: 'reason', value }), text)))),
  h('label', { class: 'field' }, h('span', { text: T.comment }), h('textarea', { name: 'comment', rows: 2, maxlength: 2000 })),
  h('button', { class: 'quiet', text: T.sendFeedback }));

  const tools = h('div', { class: 'message-tools', role: 'group', 'aria-label': T.tools },
    copy, button(T.again, again, { class: 'tool last-only' }), button(T.simpler, () => c.ask(T.simplerAsk), { class: 'tool' }), up, down, thanks, form);
  let had = 0;
  return Object.assign(tools, {
    /** @param {number} score as the server has it */
    score(score) {
      up.setAttribute('aria-pressed', String(score === 1));
      down.setAttribute('aria-pressed', String(score === -1));
      if (score !== had && score) thanks.textContent = T.thanks;
      had = score;
    },
  });
}
