// <tandem-profile>: the page on which a person makes their profile. What is shown
// is what the server has: a reload, a second tab and the conversation agree.
// Each section is a file beside this one; this one puts them together, keeps one
// place for what is announced and what failed, and the last thing to undo.

import S from '../strings.js';
import { API } from '../api.js';
import { button, h, icon, safeURL, sheet } from '../dom.js';
import { spoken } from '../language.js';
import { Profile } from '../profile.js';
import { addSection } from './add.js';
import { careersSection } from './careers.js';
import { decideSection } from './decide.js';
import { keptSection } from './kept.js';
import { leaveSection } from './leave.js';
import { startSection } from './start.js';
import P from './strings.js';

/**
 * What a section is given.
 * @typedef {object} Context
 * @property {import('../api.js').API} api
 * @property {Profile} profile
 * @property {(text: string) => void} say announces to whoever does not see
 * @property {(message: string) => void} fail shows an error
 * @property {(url: string) => string | null} href a safe address on the server
 * @property {(code: string, label: string, decision: import('../profile.js').Decision, said?: string) => Promise<boolean>} decide with undo; false when refused
 * @property {() => boolean} ai whether the person takes its help
 * @property {(ai: boolean) => Promise<void>} setAI
 */
/** @typedef {{el: HTMLElement, draw: () => void}} Section */

class TandemProfile extends HTMLElement {
  #ai = true;
  /** @type {Section[]} */
  #sections = [];

  connectedCallback() {
    if (this.shadowRoot) return;
    const base = new URL('..', new URL('.', import.meta.url)).href;
    const root = new URL('.', new URL('..', base)).href;
    const api = new API(root);
    this.profile = new Profile(api);
    /** @type {Context} */
    this.c = {
      api, profile: this.profile,
      say: (text) => { if (this.status) this.status.textContent = text; },
      fail: (message) => { if (this.alert) this.alert.textContent = message; },
      href: (url) => safeURL(url, root),
      decide: (code, label, decision, said) => this.#decide(code, label, decision, said),
      ai: () => this.#ai,
      setAI: (ai) => this.#setAI(ai),
    };
    this.#build(base);
    this.#begin(root);
  }

  /** @param {string} base */
  #build(base) {
    const shadow = this.attachShadow({ mode: 'open' });
    const sheets = ['theme.css', 'cards.css', 'chat.css', 'profile/profile.css'].map((name) => sheet(base + name));
    this.status = h('p', { class: 'hidden', role: 'status' });
    this.alert = h('p', { class: 'failure', role: 'alert' });
    this.last = h('div', { class: 'last', hidden: true });
    this.body = h('div', { class: 'sections' });
    this.page = h('div', { class: 'page', lang: S.lang, hidden: true },
      h('div', { class: 'head' }, h('h1', { text: P.title }), h('p', { class: 'promise', text: P.promise })),
      this.alert, this.body, this.last, this.status);
    shadow.replaceChildren(...sheets.map((s) => s.el), this.page);
    const ready = () => this.page && (this.page.hidden = false);
    Promise.all(sheets.map((s) => s.there)).then(ready);
    this.addEventListener('keydown', (e) => {
      const inField = /** @type {HTMLElement} */ (e.composedPath()[0]).matches?.('input, textarea');
      if (e.key.toLowerCase() === 'z' && (e.ctrlKey || e.metaKey) && !e.shiftKey && !inField && this.undo) {
        e.preventDefault();
        this.undo();
      }
    });
  }

  /** @param {string} root */
  async #begin(root) {
    const c = /** @type {Context} */ (this.c);
    try {
      const session = await c.api.session();
      document.documentElement.dataset.role = this.dataset.role = session.role;
      if (session.role !== 'seeker') return this.#notSeeker(root, Boolean(session.roles));
      this.#ai = session.ai;
      await c.profile.load();
    } catch (err) {
      return c.fail(/** @type {Error} */ (err).message);
    }
    const decide = decideSection(c);
    const start = startSection(c, () => decide.begin());
    this.#sections = [start, decide, keptSection(c), addSection(c), careersSection(c), leaveSection(c)];
    this.body?.replaceChildren(...this.#sections.map((s) => s.el));
    const draw = () => {
      this.body?.toggleAttribute('data-empty', !c.profile.items.length);
      for (const s of this.#sections) s.draw();
    };
    c.profile.addEventListener('change', draw);
    draw();
    this.dataset.ready = '';
    // Another tab, or the conversation, may have changed it meanwhile.
    document.addEventListener('visibilitychange', () => document.hidden || c.profile.load().catch(() => {}));
  }

  /** @param {string} root @param {boolean} demo whether the role is a choice */
  #notSeeker(root, demo) {
    this.body?.replaceChildren(h('section', { class: 'card' }, h('p', { text: P.notSeeker }),
      h('div', { class: 'card-actions' }, demo && button(P.becomeSeeker, () => this.c?.api.setRole('seeker').then(() => location.reload(), (err) => this.c?.fail(err.message)), { class: 'strong' }),
        h('a', { class: 'quiet', href: spoken(root), text: P.chat }))));
    this.dataset.ready = '';
  }

  /** @param {string} code @param {string} label @param {import('../profile.js').Decision} decision @param {string} [said] */
  async #decide(code, label, decision, said) {
    const c = /** @type {Context} */ (this.c);
    const before = c.profile.of(code);
    this.#offerUndo(code, label, decision, before, said);
    c.fail('');
    try {
      const done = c.profile.decide(code, decision);
      this.#inSight();
      await done;
      this.#inSight();
      return true;
    } catch (err) {
      this.#forgetUndo();
      c.fail(/** @type {Error} */ (err).message);
      return false;
    }
  }

  /** A decision makes what stands above longer or shorter: what the keyboard is
   * on must not end up under the bar. */
  #inSight() {
    this.shadowRoot?.querySelector(':focus-visible')?.scrollIntoView({ block: 'nearest' });
  }

  /** Without a time limit: it stays until the next thing is done.
   * @param {string} code @param {string} label @param {import('../profile.js').Decision} decision @param {import('../profile.js').Decision} before @param {string} [said] */
  #offerUndo(code, label, decision, before, said) {
    const T = P.decide;
    const what = `${said ?? T.said[decision]} : ${label}`;
    this.undo = () => {
      const pressed = this.last?.matches(':focus-within');
      this.#forgetUndo();
      this.c?.profile.decide(code, before).catch((err) => this.c?.fail(err.message));
      this.c?.say(T.undoOf(label));
      if (!pressed) return; // by the keys, from anywhere: one stays there
      const row = this.body?.querySelector(`[data-code="${CSS.escape(code)}"]`);
      /** @type {HTMLElement | null | undefined} */ (row?.querySelector('button:not([disabled], [hidden])') ?? this.body?.querySelector('.kept h2'))?.focus();
    };
    const had = this.last?.contains(/** @type {ShadowRoot} */ (this.shadowRoot).activeElement);
    const back = h('button', { type: 'button', class: 'quiet', title: 'Ctrl + Z', 'aria-label': T.undoOf(label), on: { click: () => this.undo?.() } }, icon('undo'), T.undo);
    this.last?.replaceChildren(h('p', { text: what }), back);
    if (this.last) this.last.hidden = false;
    if (had) back.focus();
    this.c?.say(what);
  }

  #forgetUndo() {
    this.undo = undefined;
    if (this.last) this.last.hidden = true;
  }

  /** @param {boolean} ai */
  async #setAI(ai) {
    const c = /** @type {Context} */ (this.c);
    try {
      this.#ai = (await c.api.setAI(ai)).ai;
      this.#forgetUndo();
      await c.profile.load();
    } catch (err) {
      c.fail(/** @type {Error} */ (err).message);
    }
  }
}

customElements.define('tandem-profile', TandemProfile);
