// One turn on screen. It is told the new value of its turn and changes only
// what differs, so that a stream costs the same in a long conversation.

import S from '../strings.js';
import { plain } from '../markdown.js';
import { busy } from '../transcript.js';
import { button, h, icon, mark, outward, uid } from '../dom.js';
import { receiptView } from './receipt.js';
import { Sources } from './sources.js';
import { GrowingText } from './text.js';
import { feedbackView } from './feedback.js';

/** Activity type → what draws it, loaded when first needed: the first visit is
 * light. A new activity is one file and one line.
 * @type {Record<string, () => Promise<(content: any, c: import('./card.js').Context) => {el: HTMLElement, close?: () => void}>>} */
const views = {
  'rome.skills': async () => (await import('./skills.js')).skillsView,
  'offer.legality': async () => (await import('./legality.js')).legalityView,
  'offer.delay': async () => (await import('./delay.js')).delayView,
  'offer.list': async () => (await import('./list.js')).listView,
  'rome.occupation': async () => (await import('./occupation.js')).occupationView,
};

/**
 * @typedef {import('../transcript.js').Turn} Turn
 * asker: who asks, when it is not the reader; bare: nothing can be done here, the
 * counsellors' view; reader: name under which the reader speaks
 * @typedef {{el: HTMLElement, part: any, text?: GrowingText, close?: () => void}} Drawn
 * @typedef {import('./card.js').Context & {retry: (turn: Turn) => void, again: (turn: Turn, content?: string) => void, drawn: () => void, styled: () => Promise<unknown>, asker?: string, bare?: boolean, reader?: string,
 *   feedback: (messageId: string, score: number, reasons: string[], comment: string) => void}} TurnContext
 */

/** A message that only a counsellor answers. @param {Turn} turn */
export const silent = (turn) => turn.status === 'done' && turn.question !== null && turn.parts.length === 0;

export class TurnView {
  /** @type {Turn | null} */
  turn = null;
  /** @type {Map<string, Drawn>} */
  #parts = new Map();

  /** @type {any} */
  #receipt = null;
  /** @type {ReturnType<typeof feedbackView> | null} */
  tools = null;
  /** @type {HTMLButtonElement | null} */
  edit = null;

  /** @param {TurnContext} c */
  constructor(c) {
    this.c = c;
    this.sources = new Sources(c.href);
    const you = uid('author');
    const it = uid('author');
    this.question = h('article', { class: 'question', 'aria-labelledby': you, tabindex: -1, hidden: true },
      h('h2', { id: you, class: 'author', text: c.asker ?? S.you }), (this.asked = h('div', { class: 'bubble' })));
    this.author = h('h2', { id: it, class: 'author' });
    this.texts = h('div', { class: 'texts', lang: S.lang === 'fr' ? null : 'fr' }); // whatever the interface speaks
    this.cards = h('div', { class: 'cards' });
    this.status = h('div', { class: 'status' });
    this.foot = h('div', { class: 'answer-foot' });
    this.answer = h('article', { class: 'answer', 'aria-labelledby': it }, this.author, this.texts, this.cards, this.status, this.sources.el, this.foot);
    this.el = h('section', { class: 'turn' }, this.question, this.answer);
  }

  /** @param {Turn} turn @param {boolean} live whether someone was waiting for it here */
  update(turn, live) {
    const before = this.turn;
    this.turn = turn;
    if (turn.question !== before?.question) this.#drawQuestion(turn);
    if (turn.sources !== before?.sources) this.sources.update(turn.sources);
    if (turn.parts !== before?.parts || turn.status !== before?.status) this.#drawParts(turn);
    if (turn.status !== before?.status || turn.step !== before?.step || turn.progress !== before?.progress || turn.error !== before?.error || !this.texts.childElementCount) this.#drawStatus(turn, live);
    if (busy(turn)) this.answer.setAttribute('aria-busy', 'true');
    else this.answer.removeAttribute('aria-busy');
    if (!busy(turn) && (turn.status !== before?.status || turn.receipt !== before?.receipt || turn.feedback !== before?.feedback)) this.#drawFoot(turn);
  }

  focus() {
    this.question.focus({ preventScroll: true });
  }

  close() {
    for (const p of this.#parts.values()) p.close?.();
    this.#parts.clear();
  }

  /** The answer as one text, for the announcement and the clipboard. */
  plain() {
    return (this.turn?.parts ?? []).map((p) => (p.kind === 'text' ? plain(p.text) : p.kind === 'notice' ? p.text : '')).filter(Boolean).join('\n\n');
  }

  /** @param {Turn} turn */
  #drawQuestion({ question }) {
    this.question.hidden = !question;
    if (!question) return;
    // A long one scrolls, for the keyboard too.
    this.asked.replaceChildren(h('p', { class: 'said', tabindex: question.content.length > 400 ? 0 : null, text: question.content }),
      question.document ? h('p', { class: 'joined' }, icon('file'), question.document.name) : '');
    if (!this.c.bare && !this.edit) this.question.append(this.edit = button('', () => this.#editQuestion(), { class: 'tool edit', 'aria-label': S.message.edit, title: S.message.edit }));
    this.edit?.replaceChildren(icon('pen'));
  }

  /** The question becomes a field; what it was stays until the new one is sent. */
  #editQuestion() {
    const T = S.message;
    const question = this.turn?.question;
    if (!question) return;
    const note = uid('edit');
    const text = h('textarea', { rows: 3, maxlength: 200000, 'aria-label': T.editLabel, 'aria-describedby': note });
    text.value = question.content;
    const close = () => (form.replaceWith(this.asked), this.edit && ((this.edit.hidden = false), this.edit.focus()));
    const form = h('form', {
      class: 'edit-form', on: {
        submit: (/** @type {Event} */ e) => (e.preventDefault(), text.value.trim() && this.turn && this.c.again(this.turn, text.value.trim())),
        keydown: (/** @type {KeyboardEvent} */ e) => e.key === 'Escape' && (e.stopPropagation(), close()),
      },
    }, text, h('p', { id: note, class: 'small', text: T.editNote }),
    h('div', { class: 'dialog-actions' }, h('button', { class: 'strong', text: T.resend }), button(T.giveUp, close, { class: 'quiet' })));
    this.asked.replaceWith(form);
    if (this.edit) this.edit.hidden = true;
    text.focus({ preventScroll: true });
    form.scrollIntoView({ block: 'nearest' });
  }

  /** @param {Turn} turn */
  #drawParts(turn) {
    const name = turn.parts.find((p) => p.kind === 'text')?.name ?? '';
    // Where nobody speaks, nobody is named: a label that is hidden would still count.
    const unsaid = silent(turn) || (turn.parts.length > 0 && turn.parts.every((p) => p.kind === 'notice'));
    this.author.hidden = unsaid;
    if (unsaid) this.answer.removeAttribute('aria-labelledby');
    else this.answer.setAttribute('aria-labelledby', this.author.id);
    if (!this.author.childElementCount || this.author.dataset.name !== name) {
      this.author.dataset.name = name;
      this.author.replaceChildren(name ? icon('person') : mark(), h('span', { text: !name ? S.assistant : name === this.c.reader ? `${S.you} (${name})` : S.human(name) }));
    }
    // Cards wait for the sentence that presents them: they stand below it and
    // would be pushed down while someone reads or presses a button in them.
    const ready = !busy(turn) || turn.parts.some((p) => p.kind === 'text' && p.done);
    for (const part of turn.parts) {
      const had = this.#parts.get(part.id);
      if (had?.part === part) continue;
      if (part.kind === 'text') this.#drawText(part, had);
      else if (part.kind === 'notice' && !had) {
        const el = h('p', { class: 'notice', 'data-level': part.level }, icon('hint'), part.text);
        this.#parts.set(part.id, { el, part });
        this.texts.append(el);
      } else if (part.kind === 'activity' && ready && views[part.type]) {
        if (this.c.bare) this.#nameCard(part, had);
        else this.#drawCard(part, had);
      }
    }
  }

  /** A card is its person's to act on: others read that it is there.
   * @param {import('../transcript.js').ActivityPart} part @param {Drawn | undefined} had */
  #nameCard(part, had) {
    if (had) return;
    const el = h('p', { class: 'small', text: S.shown([S.cards[/** @type {keyof typeof S.cards} */ (part.type)]]).trim() });
    this.#parts.set(part.id, { el, part });
    this.cards.append(el);
  }

  /** @param {import('../transcript.js').ActivityPart} part @param {Drawn | undefined} had */
  async #drawCard(part, had) {
    /** @type {Drawn} */
    const drawn = { el: h('div'), part };
    had?.close?.();
    if (had) had.el.replaceWith(drawn.el);
    else this.cards.append(drawn.el); // keeps its place while the view is on its way
    this.#parts.set(part.id, drawn);
    try {
      const [view] = await Promise.all([views[part.type](), this.c.styled()]);
      if (this.#parts.get(part.id) !== drawn) return; // replaced meanwhile
      const { el, close } = view(part.content, this.c);
      drawn.el.replaceWith(el);
      Object.assign(drawn, { el, close });
    } catch (err) {
      drawn.el.replaceChildren(h('p', { class: 'stopped', text: S.errors.card }));
      console.error(err);
    }
    this.c.drawn();
  }

  /** @param {import('../transcript.js').TextPart} part @param {{text?: GrowingText, el: HTMLElement} | undefined} had */
  #drawText(part, had) {
    let text = had?.text;
    if (!text) {
      text = new GrowingText({
        link: (url, content) => outward(this.c.href(url), content),
        cite: (id, said) => this.#cite(id, said),
      });
      this.texts.append(text.el);
    }
    text.update(part.text);
    this.#parts.set(part.id, { el: text.el, part, text });
  }

  /** @param {string} id @param {string} said */
  #cite(id, said) {
    const source = this.sources.cited(id);
    // The seven commitments always exist; another code is only a link when a tool gave it.
    if (!source && id.startsWith('charter:')) return outward(this.c.href(`/source/charter/${id}`), said, { class: 'cite' });
    if (!source) return document.createTextNode(`[${said}]`);
    return h('button', { type: 'button', class: 'cite', on: { click: () => this.sources.open(id) } }, said, h('span', { class: 'hidden', text: S.sources.cited(source.n, source.title) }));
  }

  /** @param {Turn} turn @param {boolean} live */
  #drawStatus(turn, live) {
    /** @type {(Node | string)[]} */
    const out = [];
    if (turn.status === 'sending') out.push(h('p', { class: 'working', text: S.sending }));
    else if (turn.status === 'running') out.push(...this.#working(turn));
    else if (silent(turn)) out.push(this.c.bare ? '' : h('p', { class: 'small', text: S.handoff.passed('') }));
    else if (turn.status === 'stopped') out.push(h('p', { class: 'stopped', text: turn.error?.message || S.stopped }));
    else if (turn.status === 'failed') {
      // An alert only for what happens now: a reload does not repeat old alarms.
      out.push(h('div', { class: 'error', role: live ? 'alert' : null }, icon('alert'), h('p', { text: turn.error?.message || S.errors.generic })),
        ...(turn.question ? [button(S.retry, () => this.c.retry(turn), { class: 'quiet' })] : []));
    }
    this.status.replaceChildren(...out);
  }

  /** @param {Turn} turn @returns {Node[]} */
  #working(turn) {
    const last = turn.parts[turn.parts.length - 1];
    if (last?.kind === 'text' && !last.done) return []; // the words themselves show it
    const p = turn.progress;
    const label = p?.label || (turn.step && S.steps[/** @type {keyof typeof S.steps} */ (turn.step)]) || S.thinking;
    return [h('div', { class: 'working' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), h('span', { text: label }),
      p && p.percent > 0 ? h('progress', { max: 100, value: p.percent, 'aria-label': label }) : '')];
  }

  /** Only what changed is touched: a pressed button keeps the focus. @param {Turn} turn */
  #drawFoot(turn) {
    const message = turn.parts.filter((p) => p.kind === 'text').pop();
    if (this.c.bare || message?.name) return; // a person is not rated like a program
    if (message && !this.tools) {
      this.tools = feedbackView(message.id, this.c, () => this.plain(), () => this.turn && this.c.again(this.turn));
      this.foot.prepend(this.tools);
    }
    if (message) this.tools?.score(turn.feedback[message.id] ?? 0);
    if (turn.receipt && turn.receipt !== this.#receipt) {
      this.#receipt = turn.receipt;
      this.foot.querySelector('.receipt-fold')?.remove();
      this.foot.append(receiptView(turn.receipt));
    }
  }
}
