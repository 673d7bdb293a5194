// <tandem-desk>: who waits for a counsellor, as they come, and the conversations
// one has taken. The queue comes as server-sent events, each the whole of it.

import S from '../strings.js';
import { API } from '../api.js';
import { button, h, uid } from '../dom.js';
import { Conversation, handed } from './conversation.js';
import T from './strings.js';

/** @typedef {import('./conversation.js').Request} Request */

class TandemDesk extends HTMLElement {
  /** @type {Request[]} */
  #list = [];
  /** @type {Set<string> | null} requests known since the page opened; null before the first list */
  #known = null;
  /** @type {Conversation | null} */
  #open = null;
  #again = 0;
  #wanted = ''; // taken just now: opened when the list has it

  connectedCallback() {
    const base = new URL('../..', import.meta.url).href;
    this.api = new API(base);
    const styles = ['theme.css', 'chat.css', 'desk/desk.css'].map((name) => h('link', { rel: 'stylesheet', href: `${base}ui/${name}` }));
    const name = uid('name');
    const hint = uid('hint');
    this.name = h('input', { id: name, maxlength: 59, autocomplete: 'given-name', 'aria-describedby': hint, value: stored(), on: { change: () => store(this.name?.value ?? '') } });
    this.count = h('p', { class: 'desk-count' });
    this.queue = h('ul', { class: 'queue' });
    this.status = h('p', { class: 'hidden', role: 'status' });
    this.told = h('p', { class: 'notice', tabindex: -1 }); // takes the focus, so it needs no status
    this.wrong = h('p', { class: 'composer-error', role: 'alert' });
    this.place = h('div', { class: 'desk-place' }, h('p', { class: 'none', text: T.pick }));
    const root = this.attachShadow({ mode: 'open' });
    root.append(...styles, this.whole = h('div', { class: 'desk-page', lang: S.lang },
      h('section', { class: 'desk-queue', 'aria-label': T.title },
        h('h1', { text: T.title }), h('p', { class: 'lead small', text: T.lead }),
        h('div', { class: 'field' }, h('label', { for: name, text: T.name }), this.name, h('span', { id: hint, class: 'small', text: T.nameHint })),
        this.wrong, this.count, this.queue),
      this.place), this.status);
    this.#watch();
  }

  #watch() {
    const source = (this.source = new EventSource(`${this.api?.base}api/handoffs/live`, { withCredentials: true }));
    source.onmessage = (e) => this.#listed(JSON.parse(e.data));
    source.onopen = () => this.wrong && (this.wrong.textContent = '');
    source.onerror = () => {
      if (this.wrong) this.wrong.textContent = T.offline;
      // The browser comes back by itself from a cut, not from an answer with an error.
      if (source.readyState === EventSource.CLOSED) this.#again = window.setTimeout(() => this.#watch(), 3000);
    };
  }

  disconnectedCallback() {
    clearTimeout(this.#again);
    this.source?.close();
    this.#open?.close();
  }

  /** @param {Request[]} list */
  #listed(list) {
    this.#list = list;
    const waiting = list.filter((r) => r.state === 'requested');
    if (this.count) this.count.textContent = T.waiting(waiting.length);
    document.title = T.tab(waiting.length); // seen from another tab
    this.dataset.ready = '';
    if (this.#known && waiting.some((r) => !this.#known?.has(r.id)) && this.status) this.status.textContent = `${T.arrived} ${T.waiting(waiting.length)}`;
    this.#known = new Set(list.map((r) => r.id));
    // The row that has the focus keeps it: rows are kept by their id.
    const rows = new Map([...(this.queue?.children ?? [])].map((li) => [/** @type {HTMLElement} */ (li).dataset.key, li]));
    const want = list.map((r) => rows.get(`${r.id} ${r.state} ${r.consent}`) ?? this.#row(r));
    for (const li of rows.values()) if (!want.includes(li)) li.remove();
    want.forEach((li, i) => this.queue?.children[i] !== li && this.queue?.insertBefore(li, this.queue.children[i] ?? null));
    if (!list.length) this.queue?.append(h('li', { class: 'none', text: T.empty }));
    const taken = list.find((r) => r.id === this.#wanted && r.state === 'accepted');
    if (taken) this.#show(taken);
    else if (this.#open && !list.some((r) => r.id === this.#open?.request.id)) this.#over(T.left);
  }

  /** @param {Request} r */
  #row(r) {
    const mine = r.state === 'accepted';
    const said = r.reason || T.noReason;
    return h('li', { class: 'waiting', 'data-state': r.state, 'data-key': `${r.id} ${r.state} ${r.consent}` },
      h('p', { class: 'waiting-head' }, h('strong', { text: T.roles[/** @type {keyof typeof T.roles} */ (r.role)] ?? r.role }), h('time', { datetime: r.at, class: 'small', text: T.at(r.at) })),
      mine ? h('p', { text: said }) : handed(r),
      mine ? button(T.open, () => this.#show(r), { class: 'quiet', 'aria-label': T.openOf(said) })
        : button(T.take, () => this.#take(r), { class: 'strong', 'aria-label': T.takeOf(said) }));
  }

  /** @param {Request} r */
  async #take(r) {
    if (this.wrong) this.wrong.textContent = '';
    this.#wanted = r.id;
    try {
      await this.api?.call('POST', `api/handoffs/${r.id}/take`, { name: this.name?.value ?? '' });
    } catch (err) {
      this.#wanted = '';
      if (this.wrong) this.wrong.textContent = /** @type {Error} */ (err).message;
    }
  }

  /** @param {Request} r */
  #show(r) {
    const taken = this.#wanted === r.id;
    this.#wanted = '';
    if (this.#open?.request.id === r.id) return this.#open.focus();
    this.#open?.close();
    this.#open = new Conversation(r, {
      api: /** @type {API} */ (this.api),
      say: (text) => this.status && (this.status.textContent = text),
      over: (why) => this.#over(why),
    }, taken);
    this.place?.replaceChildren(this.#open.el);
    this.whole?.setAttribute('data-talk', '');
    this.#open.focus();
  }

  /** @param {string} why */
  #over(why) {
    if (!this.#open || !this.told) return;
    this.#open.close();
    this.#open = null;
    this.whole?.removeAttribute('data-talk');
    this.told.textContent = why;
    this.place?.replaceChildren(this.told, h('p', { class: 'none', text: T.pick }));
    this.told.focus();
  }
}

const key = 'tandem.desk.name';

function stored() {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} name */
function store(name) {
  try {
    localStorage.setItem(key, name);
  } catch {
    // Forbidden storage: the name lives as long as the page.
  }
}

customElements.define('tandem-desk', TandemDesk);
