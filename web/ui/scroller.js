// The messages as they scroll: a new turn is brought to the top and left there,
// the answer grows below without moving what is read; and the way down, as long
// as there is more to read.

import S from './strings.js';
import { h, icon } from './dom.js';

export class Scroller {
  /** @type {HTMLElement | null} the last turn brought to the top */
  #shown = null;
  #top = 0; // where it was put

  /** @param {{left: () => void}} on left: what had the focus is not needed any more */
  constructor(on) {
    this.on = on;
    this.column = h('div', { class: 'column' });
    // Not announced word by word: aria-live is off here, and the one sentence for
    // each answer goes to a status.
    this.el = h('div', { class: 'log', role: 'log', 'aria-live': 'off', 'aria-label': S.log, tabindex: 0, on: { scroll: () => this.measure() } }, this.column);
    this.more = h('button', { type: 'button', class: 'more', hidden: true, 'aria-label': S.older, title: S.older, on: { click: () => this.#scroll(this.el.scrollTop + this.el.clientHeight * 0.8) } }, icon('down'));
  }

  /** Whether nobody has scrolled away from the last turn shown. */
  get still() {
    return Math.abs(this.el.scrollTop - this.#top) < 48;
  }

  /** @param {HTMLElement} turn @param {boolean} [once] without a movement */
  show(turn, once) {
    this.#shown = turn;
    this.#top = Math.max(0, Math.min(turn.offsetTop - 8, this.el.scrollHeight - this.el.clientHeight));
    this.#scroll(this.#top, once);
  }

  /** A card came in: what is read stays where it is, unless someone has scrolled. */
  settle() {
    if (this.#shown?.isConnected && this.still) this.show(this.#shown, true);
    this.measure();
  }

  measure() {
    const last = this.column.lastElementChild;
    // The last turn is as tall as the window; what counts is where its content ends.
    const end = last?.matches('.turn') ? (last.lastElementChild?.getBoundingClientRect().bottom ?? 0) - this.el.getBoundingClientRect().bottom : 0;
    const over = end <= 48;
    if (over && this.more.matches(':focus')) this.on.left();
    this.more.hidden = over;
  }

  /** Slowly where the eye can follow and is asked to. @param {number} top @param {boolean} [once] */
  #scroll(top, once) {
    const far = Math.abs(top - this.el.scrollTop) > 2 * this.el.clientHeight;
    this.el.scrollTo({ top, behavior: once || far || matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
  }
}
