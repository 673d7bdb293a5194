// One conversation that a counsellor has taken: read as its person sees it, and
// answered under the counsellor's name.

import S from '../strings.js';
import { Connection } from '../connection.js';
import { button, h, safeURL, uid } from '../dom.js';
import { newID } from '../threads.js';
import { empty, reduce } from '../transcript.js';
import { TurnView } from '../views/turn.js';
import T from './strings.js';

/**
 * @typedef {{id: string, conversation: string, role: string, reason: string, summary: string, consent: boolean, state: string, name: string, at: string}} Request
 * @typedef {{api: import('../api.js').API, say: (text: string) => void, over: (why: string) => void}} Context
 */

export class Conversation {
  #state = empty;
  /** @type {Map<string, TurnView>} */
  #views = new Map();
  #frame = 0;
  #from = Infinity; // when it was first connected: what the person says well after is news

  /** What was sent and not yet acknowledged: sent again, it is the same message. */
  #unheard = { id: '', text: '' };

  /** @param {Request} request @param {Context} c @param {boolean} taken just now: then all that follows is news, from the first word */
  constructor(request, c, taken) {
    this.taken = taken;
    this.request = request;
    this.c = c;
    const { api } = c;
    const field = uid('reply');
    const title = uid('talk');
    this.text = h('textarea', { id: field, rows: 3, maxlength: 15000, on: { keydown: (/** @type {KeyboardEvent} */ e) => e.key === 'Enter' && !e.shiftKey && !e.isComposing && (e.preventDefault(), this.#send()) } });
    this.wrong = h('p', { class: 'composer-error', role: 'alert' });
    this.log = h('div', { class: 'desk-log', role: 'log', 'aria-live': 'off', 'aria-labelledby': title, tabindex: 0 });
    this.end = button(T.end, () => this.#attempt(async () => {
      await api.call('POST', `api/handoffs/${request.id}/end`, {});
      c.over(T.ended);
    }), { class: 'quiet' });
    this.el = h('section', { class: 'desk-talk', 'aria-labelledby': title },
      h('h2', { id: title, text: T.talk, tabindex: -1 }),
      h('p', { class: 'small', text: T.youAre(request.name) }),
      h('details', { class: 'folded' }, h('summary', { text: T.handed }), handed(request)), this.log,
      h('form', { class: 'desk-reply', on: { submit: (/** @type {Event} */ e) => (e.preventDefault(), this.#send()) } },
        this.wrong, h('label', { for: field, text: T.reply }), this.text,
        h('div', { class: 'dialog-actions' }, h('button', { class: 'strong', text: T.send }), this.end)));
    /** @type {any} what a turn asks for; nothing of it can be pressed here */
    this.context = {
      bare: true, asker: T.asker, reader: request.name, api, drawn() {}, role: () => 'counsellor', ask() {}, handoff() {}, retry() {}, again() {}, feedback() {},
      copy: () => Promise.resolve(), say: c.say, fail() {}, href: (/** @type {string | undefined} */ url) => safeURL(url, api.base),
    };
    this.connection = new Connection({
      url: api.base.replace(/^http/, 'ws') + 'ws',
      onEvent: (e) => this.#received(e),
      onStatus: (status) => {
        if (status === 'online') this.#from = Math.min(this.#from, performance.now());
        this.wrong.textContent = status === 'waiting' || status === 'offline' ? T.offline : '';
      },
      onMissing: () => c.over(T.left),
      onRefused: (e) => (this.wrong.textContent = e.message),
    });
    this.connection.follow(request.conversation, true);
    this.connection.connect();
  }

  focus() {
    this.text.focus();
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.connection.drop();
    for (const view of this.#views.values()) view.close();
  }

  async #send() {
    const text = this.text.value.trim();
    if (!text) return;
    await this.#attempt(async () => {
      if (this.#unheard.text !== text) this.#unheard = { id: newID(), text };
      await this.c.api.call('POST', `api/handoffs/${this.request.id}/say`, this.#unheard);
      this.#unheard = { id: '', text: '' };
      this.text.value = '';
    });
    this.text.focus();
  }

  /** @param {() => Promise<void>} act */
  async #attempt(act) {
    this.wrong.textContent = '';
    try {
      await act();
    } catch (err) {
      if (/** @type {any} */ (err).code === 'not_found') return this.c.over(T.left);
      this.wrong.textContent = /** @type {Error} */ (err).message;
    }
  }

  /** @param {any} event */
  #received(event) {
    this.#state = reduce(this.#state, event);
    const named = (/** @type {string} */ name) => event.type === 'CUSTOM' && event.name === name;
    // Of this request, not of an earlier one in the same conversation; both times are the server's.
    const ours = event.timestamp >= Date.parse(this.request.at);
    if (this.taken && ours && named('handoff.accepted')) this.#from = -Infinity;
    if (named('user_message') && performance.now() > this.#from + 500) this.c.say(T.news(String(event.value?.content ?? '')));
    // One's own end is told by the press; what remains is the person's.
    if (ours && named('handoff.ended') && event.value?.by === 'person') return this.c.over(T.left);
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    const { log } = this;
    const writing = inSight(this.text);
    const bottom = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    const { turns } = this.#state;
    for (const [key, view] of this.#views) {
      if (turns.some((t) => t.key === key)) continue;
      view.close();
      view.el.remove();
      this.#views.delete(key);
    }
    for (const turn of turns) {
      let view = this.#views.get(turn.key);
      if (!view) {
        this.#views.set(turn.key, (view = new TurnView(this.context)));
        log.append(view.el);
      }
      if (view.turn !== turn) view.update(turn, false);
    }
    if (bottom) log.scrollTop = log.scrollHeight;
    if (writing) this.text.form?.scrollIntoView({ block: 'nearest' }); // a log that grows does not push away where one writes
  }
}

/** @param {Element} el */
function inSight(el) {
  const { top, bottom } = el.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}

/** What the person passed on. @param {Request} r */
export function handed(r) {
  if (!r.consent) return h('p', { class: 'notice', text: T.noConsent });
  return h('dl', { class: 'handed' },
    h('dt', { text: T.reason }), h('dd', { text: r.reason || T.noReason }),
    r.summary ? [h('dt', { text: T.summary }), h('dd', { class: 'handed-summary', text: r.summary })] : null);
}
