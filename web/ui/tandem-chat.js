// <tandem-chat>: the conversation, for any page of any site.
//
//   <script type="module" src="https://tandem.example/ui/tandem-chat.js"></script>
//   <tandem-chat></tandem-chat>
//
// Attributes: server (address of Tandem; by default where this script is from),
// lang (fr or en: of the interface),
// address (keep the conversation in the page's #c=…). Themeable from outside by
// the custom properties of theme.css. Events: tandem-session (detail: Session).

import S from './strings.js';
import { API } from './api.js';
import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { barView } from './bar.js';
import { h, icon, safeURL, sheet } from './dom.js';
import { Handoff, summaryOf } from './handoff.js';
import { Profile } from './profile.js';
import { Scroller } from './scroller.js';
import { Threads, fromHash, newID, storage } from './threads.js';
import { asked, busy, empty, reduce } from './transcript.js';
import { TurnView, silent } from './views/turn.js';
import { welcomeView } from './views/welcome.js';

/** @typedef {import('./api.js').Role} Role */

export class TandemChat extends HTMLElement {
  /** @type {import('./transcript.js').Transcript} */
  #state = empty;
  /** @type {Map<string, TurnView>} */
  #views = new Map();
  /** @type {Set<string>} turns that someone waits for here */
  #awaited = new Set();
  /** @type {{id: string, known: boolean}} */
  #thread = { id: '', known: false };
  /** Asked before the session was known. @type {{content: string, document?: import('./transcript.js').Joined | null} | null} */
  #early = null;
  /** @type {Role} */
  #role = 'seeker';
  #frame = 0;
  #slow = 0;
  #heard = Infinity; // when this conversation was first followed here: what comes well after is news
  #opening = 0; // counts the panels that were asked for: the last one opens
  /** @type {AbortController | null} */
  #life = null;

  connectedCallback() {
    if (this.#life) return;
    this.#life = new AbortController();
    const base = new URL('.', new URL(this.getAttribute('server') ?? new URL('..', import.meta.url), location.href)).href;
    this.api = new API(base);
    const { api } = this;
    const profile = (this.profile = new Profile(api));
    this.threads = new Threads(storage('localStorage'), this.hasAttribute('address')
      ? { get hash() { return location.hash; }, replace: (hash) => history.replaceState(null, '', hash || location.pathname + location.search) } : null);
    this.connection = new Connection({
      url: base.replace(/^http/, 'ws') + 'ws',
      onEvent: (e) => this.#received(e),
      onStatus: (status, attempt) => this.#connected(status, attempt),
      onMissing: () => this.#restart(S.connection.missing),
      onRefused: (e) => this.#alert(e.message || S.errors.generic),
    });
    /** @type {import('./views/turn.js').TurnContext} */
    const context = {
      ask: (text) => this.ask(text),
      handoff: (reason) => this.#human(reason),
      copy: (text) => navigator.clipboard.writeText(text).catch(() => this.#alert(S.errors.generic)),
      say: (text) => this.status && (this.status.textContent = text),
      fail: (message) => this.#alert(message),
      href: (url) => safeURL(url, base),
      profile, api, role: () => this.#role,
      drawn: () => this.scroller?.settle(),
      styled: () => Promise.resolve(), // until it is built
      retry: (turn) => turn.question && this.ask(turn.question.content, turn.question.document),
      again: (turn, content) => turn.question && this.ask(content ?? turn.question.content, turn.question.document, turn.runId),
      feedback: (messageId, score, reasons, comment) => this.#tell({ type: 'feedback', messageId, score, reasons, comment }),
    };
    this.context = context;
    this.#build(new URL('.', import.meta.url).href);
    this.#listen(this.#life.signal);
    this.#begin();
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#life = null;
    this.connection?.drop();
    for (const view of this.#views.values()) view.close();
    this.#views.clear();
    this.#state = empty;
  }

  /** Sends a message as the person. @param {string} content @param {import('./transcript.js').Joined | null} [document]
   * @param {string} [replaces] run whose question, and all that followed, it takes the place of */
  ask(content, document, replaces) {
    if (!this.#thread.id) {
      // Asked before we know who asks, and so in which conversation.
      this.#early = { content, document };
      return;
    }
    const runId = newID();
    const question = { messageId: newID(), content, ...(document ? { document } : {}) };
    const within = this.scroller?.el.matches(':focus-within');
    this.#awaited.add(runId);
    this.#state = reduce(this.#state, asked(runId, question, replaces));
    this.threads?.keep(this.#role, this.#thread.id);
    this.#draw();
    this.#show(runId);
    // What was pressed is out of sight, or gone: on to what it asked.
    if (within) this.#views.get(runId)?.focus();
    this.connection?.ask({
      threadId: this.#thread.id, runId, messages: [{ id: question.messageId, role: 'user', content }],
      tools: [], context: [], state: {}, forwardedProps: { ...(document ? { documentId: document.id } : {}), ...(replaces ? { replaces } : {}) },
    });
    this.#open();
  }

  stop() {
    const turn = this.#state.turns.findLast((t) => busy(t));
    if (turn) this.connection?.stop(turn.runId);
  }

  /** Changes the role (demonstration only) and turns to that role's conversation. @param {Role} role */
  async setRole(role) {
    try {
      const session = await /** @type {API} */ (this.api).setRole(role);
      this.profile?.forget();
      this.threads?.address?.replace('');
      this.#signedIn(session);
    } catch (err) {
      this.#alert(/** @type {Error} */ (err).message);
    }
  }

  fresh() {
    this.threads?.forget(this.#role);
    this.#turn({ id: newID(), known: false });
    this.composer?.text.focus();
  }

  /** Shows one of the person's conversations. @param {string} id */
  show(id) {
    this.threads?.keep(this.#role, id);
    this.#turn({ id, known: true });
    this.composer?.text.focus();
  }

  get thread() {
    return this.#thread.id;
  }

  /** Whether an assistant may answer. @param {boolean} ai */
  async setAI(ai) {
    this.session = await /** @type {API} */ (this.api).setAI(ai);
    this.connection?.renew(); // the socket knows the choice from the cookie
    if (!this.#state.turns.length) this.#welcome();
  }

  /** The server has forgotten this person: so does the page. */
  async forgotten() {
    for (const role of Object.keys(S.roles)) this.threads?.forget(role);
    this.composer?.forget();
    this.profile?.forget();
    await this.#begin();
  }

  async #begin() {
    try {
      this.#signedIn(await /** @type {API} */ (this.api).session());
    } catch (err) {
      this.#signedIn(null);
      this.#alert(/** @type {Error} */ (err).message);
    }
  }

  /** @param {import('./api.js').Session | null} session */
  #signedIn(session) {
    this.session = session;
    this.#role = session?.role ?? 'seeker';
    this.dataset.role = this.#role;
    if (session) this.dispatchEvent(new CustomEvent('tandem-session', { detail: session, bubbles: true, composed: true }));
    this.#turn(/** @type {Threads} */ (this.threads).open(this.#role));
    const early = this.#early;
    this.#early = null;
    if (early) this.ask(early.content, early.document);
  }

  /** Shows a conversation from its beginning. @param {{id: string, known: boolean}} thread */
  #turn(thread) {
    this.#thread = thread;
    this.#state = empty;
    this.#awaited.clear();
    for (const view of this.#views.values()) view.close();
    this.#views.clear();
    this.#heard = thread.known ? Infinity : -Infinity; // of one that begins here nothing is read again
    this.#welcome();
    this.composer?.draft(thread.id);
    this.connection?.follow(thread.id, thread.known);
    this.#draw();
    if (!thread.known) return;
    this.threads?.keep(this.#role, thread.id);
    this.#open();
  }

  #welcome() {
    this.scroller?.column.replaceChildren(this.welcome = welcomeView(this.#role, this.session ?? null, {
      ask: (text) => this.ask(text), write: (text) => this.composer?.write(text), attach: () => this.composer?.pick(),
    }));
  }

  /** @param {string} why */
  #restart(why) {
    this.fresh();
    this.#alert(why);
  }

  #open() {
    const { api, connection } = this;
    if (!api || !connection || connection.status !== 'idle') return;
    api.identified(async () => {
      await connection.connect();
      if (connection.status !== 'online') throw new Error('not yet');
    }).catch(() => {}); // it tries again by itself, and onStatus says so
  }

  /** @param {any} frame */
  #tell(frame) {
    this.connection?.tell(frame);
    this.#open();
  }

  /** @param {any} event */
  #received(event) {
    this.#state = reduce(this.#state, event);
    // One drawing a frame, however fast words come; none in a hidden tab.
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { turns } = this.#state;
    let follow = this.#views.size === 0 && turns.length > 0;
    if (this.welcome) this.welcome.hidden = turns.length > 0;
    this.#drop(turns);
    for (const turn of turns) {
      let view = this.#views.get(turn.key);
      if (view?.turn === turn) continue;
      if (!view) {
        // A counsellor who speaks is heard, except in what is only read again.
        if (!turn.runId && performance.now() > this.#heard + 500) this.#awaited.add(turn.key);
        follow ||= this.scroller?.still ?? true;
        view = new TurnView(/** @type {import('./views/turn.js').TurnContext} */ (this.context));
        this.#views.set(turn.key, view);
        this.scroller?.column.append(view.el);
      }
      if (busy(turn)) this.#await(turn.key);
      const live = this.#awaited.has(turn.key);
      view.update(turn, live);
      // A counsellor's words come without a run: they are whole when they end.
      if (live && !busy(turn) && turn.parts.every((p) => p.kind !== 'text' || p.done)) this.#announce(turn, view);
    }
    const running = turns.some((t) => busy(t));
    this.composer?.running(running);
    this.#watchSlow(running);
    this.handoff?.show(this.#state);
    this.scroller?.el.toggleAttribute('data-human', this.#state.handoff === 'accepted');
    this.composer?.to(this.#state.handoff === 'accepted' ? S.handoff.placeholder(this.#state.counsellor) : S.composer.placeholder);
    // New turns of a replay or of another tab, unless someone has scrolled away.
    if (follow && turns.length) this.#show(turns[turns.length - 1].key);
    this.scroller?.measure();
  }

  /** Takes away what another question has replaced. A delta changes no turn's
   * place, so in a long conversation this is mostly a look at the last one.
   * @param {import('./transcript.js').Turn[]} turns */
  #drop(turns) {
    const last = turns[turns.length - 1]?.key;
    if (this.#views.size === turns.length && (!last || this.#views.has(last))) return;
    const keys = new Set(turns.map((t) => t.key));
    for (const [key, view] of this.#views) {
      if (keys.has(key)) continue;
      view.close();
      view.el.remove();
      this.#views.delete(key);
    }
  }

  /** A turn that goes on for a while is being waited for here; one that only
   * passes by in a replay is not. @param {string} key */
  #await(key) {
    setTimeout(() => busy(this.#state.turns.find((t) => t.key === key)) && this.#awaited.add(key), 500);
  }

  /** One announcement an answer, when it is whole. @param {import('./transcript.js').Turn} turn @param {TurnView} view */
  #announce(turn, view) {
    this.#awaited.delete(turn.key);
    if (!this.status || turn.status === 'failed') return; // a failure is an alert
    const cards = turn.parts.filter((p) => p.kind === 'activity').map((p) => S.cards[/** @type {keyof typeof S.cards} */ (p.type)]).filter(Boolean);
    if (turn.status === 'stopped' || silent(turn)) this.status.textContent = turn.status === 'stopped' ? S.stopped : S.handoff.passed(this.#state.counsellor);
    // One change, so one announcement; the answer is French whatever the interface speaks.
    else this.status.replaceChildren(`${turn.runId ? S.received : S.human(this.#state.counsellor)} `, h('span', { lang: S.lang === 'fr' ? null : 'fr', text: view.plain() }), S.shown(cards));
  }

  /** Someone who sees nothing is told that a long answer is still on its way. @param {boolean} running */
  #watchSlow(running) {
    if (running && !this.#slow) {
      this.#slow = window.setTimeout(() => {
        if (this.status) this.status.textContent = S.stillWorking;
      }, 10_000);
    } else if (!running && this.#slow) {
      clearTimeout(this.#slow);
      this.#slow = 0;
    }
  }

  /** @param {import('./connection.js').Status} status @param {number} attempt */
  #connected(status, attempt) {
    if (status === 'online') this.#heard = Math.min(this.#heard, performance.now());
    const said = status === 'offline' ? S.connection.offline : status === 'refused' ? S.connection.refused
      : status === 'waiting' && attempt > 1 ? S.connection.waiting : '';
    // A short cut that heals by itself is not worth a word.
    if (this.network && (status !== 'connecting' || !said) && this.network.textContent !== said && !(status === 'connecting' && this.network.textContent)) {
      this.network.textContent = said;
    }
  }

  /** @param {string} message */
  #alert(message) {
    this.composer?.fail(message);
  }

  /** @param {string} key */
  #show(key) {
    const view = this.#views.get(key);
    if (view) this.scroller?.show(view.el, !this.#awaited.has(key));
  }

  /** @param {string} styles */
  #build(styles) {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    this.composer = new Composer({
      onSend: (text, document) => this.ask(text, document), onStop: () => this.stop(),
      upload: (file, progress, signal) => /** @type {API} */ (this.api).upload(file, progress, signal),
      fallback: () => S.composer.file[this.#role], storage: storage('sessionStorage'),
    });
    this.handoff = new Handoff({ send: (wish) => this.#requestHuman(wish), back: () => this.#tell({ type: 'handoff.end' }) });
    const scroller = (this.scroller = new Scroller({ left: () => this.composer?.text.focus() }));
    this.status = h('div', { class: 'hidden', role: 'status' });
    this.network = h('p', { class: 'network', role: 'status' });
    this.drop = h('div', { class: 'drop', hidden: true }, icon('file'), h('p', { text: S.composer.drop }), h('p', { class: 'small', text: S.composer.formats }));
    const sheets = ['theme.css', 'chat.css'].map((name) => sheet(styles + name));
    this.chat = h('div', { class: 'chat', role: 'region', 'aria-label': S.chat, hidden: true, lang: S.lang },
      barView({ fresh: () => this.fresh(), conversations: () => this.#panel('conversations'), data: () => this.#panel('data'), human: () => this.#human(this.#lastQuestion()) }),
      this.handoff.presence, scroller.el, this.network,
      h('div', { class: 'dock' }, scroller.more, this.composer.el),
      this.status, this.drop, this.handoff.el);
    root.replaceChildren(...sheets.map((s) => s.el), this.chat);
    const ready = () => this.chat && (this.chat.hidden = false, scroller.measure());
    Promise.all(sheets.map((s) => s.there)).then(ready);
    /** @type {Promise<unknown> | undefined} */
    let cards;
    /** @type {import('./views/turn.js').TurnContext} */ (this.context).styled = () => (cards ??= this.#cards(styles));
  }

  /** The style of cards, which the first of them waits for. @param {string} styles */
  #cards(styles) {
    const { el, there } = sheet(`${styles}cards.css`);
    this.shadowRoot?.querySelector('link')?.after(el);
    return there;
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    const on = (/** @type {EventTarget} */ target, /** @type {string} */ type, /** @type {(e: any) => void} */ f) => target.addEventListener(type, f, { signal });
    on(window, 'online', () => this.connection?.wake());
    on(window, 'offline', () => this.connection?.sleep());
    on(document, 'visibilitychange', () => !document.hidden && this.connection?.wake());
    on(window, 'hashchange', () => {
      const id = this.threads?.address && fromHash(location.hash);
      if (id && id !== this.#thread.id) this.#turn({ id, known: true });
    });
    on(this, 'keydown', (/** @type {KeyboardEvent} */ e) => e.key === 'Escape' && !this.shadowRoot?.querySelector('dialog[open]') && this.stop());
    const files = (/** @type {DragEvent} */ e) => e.dataTransfer?.types.includes('Files');
    const over = (/** @type {boolean} */ is) => this.drop && (this.drop.hidden = !is);
    on(this, 'dragover', (e) => files(e) && (e.preventDefault(), over(true)));
    on(this, 'dragleave', (e) => !this.contains(e.relatedTarget) && !this.shadowRoot?.contains(e.relatedTarget) && over(false));
    on(this, 'drop', (e) => {
      if (!files(e)) return;
      e.preventDefault();
      over(false);
      this.composer?.join(e.dataTransfer.files[0]);
    });
  }

  #lastQuestion() {
    return this.#state.turns.findLast((t) => t.question)?.question?.content.slice(0, 500) ?? '';
  }

  /** @param {string} reason */
  #human(reason) {
    this.handoff?.open(reason, summaryOf(this.#state, this.#role), this.session?.desk);
  }

  /** @param {import('./handoff.js').Wish} wish */
  #requestHuman({ reason, summary, consent }) {
    this.threads?.keep(this.#role, this.#thread.id);
    this.#tell({ type: 'handoff', consent, ...(consent ? { reason, summary } : {}) });
  }

  /** A panel is loaded when it is first asked for. @param {'conversations' | 'data'} name */
  async #panel(name) {
    const opening = ++this.#opening;
    const from = /** @type {HTMLElement | null} */ (this.shadowRoot?.activeElement);
    try {
      const { open } = await (name === 'data' ? import('./panels/data.js') : import('./panels/conversations.js'));
      if (opening !== this.#opening || !this.chat) return;
      const panel = await open(this);
      this.chat.append(panel);
      panel.addEventListener('close', () => {
        panel.remove();
        if (!this.shadowRoot?.activeElement) from?.focus(); // unless what was chosen took it
      });
      panel.showModal();
    } catch (err) {
      this.#alert(/** @type {any} */ (err).code ? /** @type {Error} */ (err).message : S.errors.network);
    }
  }
}

customElements.define('tandem-chat', TandemChat);
