// One websocket that is always about to be open: it reconnects by itself, asks
// for what it missed, and shows every numbered event once. Nothing is lost by a
// cut: a question is sent again until the server says it has it (the server
// recognises one it knows), and the events come from the conversation's log.

/**
 * @typedef {'idle' | 'connecting' | 'online' | 'waiting' | 'offline' | 'refused'} Status
 * @typedef {object} Options
 * @property {string} url
 * @property {(url: string) => WebSocket} [open]
 * @property {{set: (f: () => void, ms: number) => any, clear: (timer: any) => void}} [clock]
 * @property {() => number} [random] in [0, 1)
 * @property {(event: any) => void} onEvent
 * @property {(status: Status, attempt: number) => void} onStatus
 * @property {() => void} onMissing the conversation followed does not exist (any more)
 * @property {(error: {code: string, message: string}) => void} onRefused a frame was refused
 */

const subprotocol = 'agui.v1+json';
const silence = 75_000; // the server says something every 27 s
const longestWait = 20_000;

/** Which event numbers were seen. Two flows of one conversation may overlap and
 * lead each other, so a maximum is not enough: `low` is the number up to which
 * nothing is missing, and that is where a resume starts. */
export class Cursor {
  low = 0;
  /** @type {Set<number>} */
  above = new Set();

  /** Whether n is new. @param {number} n */
  take(n) {
    if (n <= this.low || this.above.has(n)) return false;
    this.above.add(n);
    while (this.above.delete(this.low + 1)) this.low++;
    return true;
  }
}

export class Connection {
  /** @type {Status} */
  status = 'idle';
  /** @type {WebSocket | null} */
  #socket = null;
  #thread = '';
  #known = false; // the server has this conversation
  #following = false; // this socket was asked to follow it
  #cursor = new Cursor();
  /** @type {Map<string, any>} questions not yet acknowledged, by run */
  #pending = new Map();
  /** @type {any[]} other frames waiting for a socket */
  #outbox = [];
  #attempt = 0;
  /** @type {any} */
  #retry = null;
  /** @type {any} */
  #watchdog = null;
  /** @type {(() => void)[]} */
  #waiters = [];

  /** @param {Options} options */
  constructor(options) {
    this.o = {
      open: (/** @type {string} */ url) => new WebSocket(url, subprotocol),
      clock: { set: (/** @type {() => void} */ f, /** @type {number} */ ms) => setTimeout(f, ms), clear: (/** @type {any} */ t) => clearTimeout(t) },
      random: Math.random,
      ...options,
    };
  }

  /** Opens the socket. Settles when it is open, or when the attempt has failed
   * (and will be made again); status tells which. @returns {Promise<void>} */
  connect() {
    if (this.status === 'online') return Promise.resolve();
    const opened = new Promise((resolve) => this.#waiters.push(() => resolve(undefined)));
    if (!this.#socket) this.#dial();
    return /** @type {Promise<void>} */ (opened);
  }

  /** Turns to a conversation; known says that the server should have it.
   * @param {string} thread @param {boolean} known */
  follow(thread, known) {
    this.#thread = thread;
    this.#known = known;
    this.#following = false;
    this.#cursor = new Cursor();
    this.#pending.clear();
    this.#outbox = [];
    // What the old conversation still sends would be mixed in: a new socket.
    this.drop();
  }

  /** Sends a question as soon as there is a socket. @param {any} input RunAgentInput */
  ask(input) {
    this.#pending.set(input.runId, input);
    this.#send(input);
  }

  /** @param {string} runId */
  stop(runId) {
    this.#later({ type: 'abort', runId });
  }

  /** Opens the socket anew, with whatever the browser's cookie now says. */
  renew() {
    if (this.status !== 'online') return;
    this.#leave();
    this.#retryLater();
  }

  /** Feedback and handoff. @param {any} frame */
  tell(frame) {
    this.#later({ ...frame, threadId: this.#thread });
  }

  /** The network is back, or may be: try now. */
  wake() {
    if (this.status === 'waiting' || this.status === 'offline') {
      this.#attempt = 0;
      this.#dial();
    }
  }

  /** The browser says that there is no network. */
  sleep() {
    if (this.status === 'idle' || this.status === 'refused') return;
    this.#leave();
    this.#become('offline');
  }

  /** Closes without reconnecting; connect opens again. */
  drop() {
    this.#leave();
    this.#attempt = 0;
    this.#become('idle');
  }

  #leave() {
    this.o.clock.clear(this.#retry);
    this.o.clock.clear(this.#watchdog);
    const socket = this.#socket;
    this.#socket = null;
    this.#following = false;
    if (socket) socket.close();
  }

  #dial() {
    this.#leave();
    this.#become('connecting');
    /** @type {WebSocket} */
    let socket;
    try {
      socket = this.o.open(this.o.url);
    } catch {
      return this.#retryLater();
    }
    this.#socket = socket;
    socket.onopen = () => this.#socket === socket && this.#opened();
    socket.onmessage = (e) => this.#socket === socket && this.#received(e.data);
    socket.onclose = (e) => this.#socket === socket && this.#closed(e.code);
  }

  #opened() {
    this.#attempt = 0;
    this.#listen();
    this.#become('online');
    if (this.#known) this.#resume();
    for (const input of this.#pending.values()) this.#send(input);
    for (const frame of this.#outbox.splice(0)) this.#send(frame);
  }

  #resume() {
    this.#following = true;
    this.#send({ type: 'resume', threadId: this.#thread, offset: String(this.#cursor.low) });
  }

  /** @param {number} code */
  #closed(code) {
    this.#leave();
    if (code === 1008) return this.#become('refused');
    this.#retryLater();
  }

  #retryLater() {
    // Full jitter over half the range: many clients cut together come back apart.
    const ceiling = Math.min(longestWait, 500 * 2 ** this.#attempt++);
    this.#become('waiting');
    this.#retry = this.o.clock.set(() => this.#dial(), ceiling * (0.5 + this.o.random() / 2));
  }

  #listen() {
    this.o.clock.clear(this.#watchdog);
    // A socket may die without a word (a train, a sleeping laptop).
    this.#watchdog = this.o.clock.set(() => {
      this.#leave();
      this.#retryLater();
    }, silence);
  }

  /** @param {string} data */
  #received(data) {
    this.#listen();
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return; // not of this protocol
    }
    if (frame.type === 'ping') return;
    const event = frame.chunk ?? frame;
    if (frame.chunk) {
      const n = Number(frame.id);
      if (Number.isInteger(n) && n > 0 && !this.#cursor.take(n)) return;
      this.#known = true;
    } else if (event.type === 'RUN_ERROR' && !event.runId) {
      return this.#refusal(event);
    }
    this.#acknowledge(event);
    // Asking for a counsellor may be what began the conversation: who joins it is
    // news that only those who follow it get.
    if (event.name === 'handoff.requested' && !this.#following) {
      this.#known = true;
      this.#resume();
    }
    this.o.onEvent(event);
  }

  /** @param {any} event */
  #acknowledge(event) {
    const terminal = event.type === 'RUN_FINISHED' || event.type === 'RUN_ERROR';
    if (event.type === 'RUN_STARTED' || terminal) this.#pending.delete(event.runId);
    // A new conversation is followed once its first run has ended: until then the
    // server already sends that run here, and would send everything twice.
    if (terminal && this.#known && !this.#following) this.#resume();
  }

  /** @param {{code?: string, message?: string, threadId?: string}} event */
  #refusal({ code = '', message = '', threadId }) {
    if (code === 'not_found' && threadId === this.#thread && this.#cursor.low === 0 && this.#cursor.above.size === 0) {
      return this.o.onMissing();
    }
    this.o.onRefused({ code, message });
  }

  /** @param {any} frame */
  #later(frame) {
    if (this.status === 'online') this.#send(frame);
    else if (this.#outbox.length < 50) this.#outbox.push(frame);
  }

  /** @param {any} frame */
  #send(frame) {
    if (this.status === 'online') this.#socket?.send(JSON.stringify(frame));
  }

  /** @param {Status} status */
  #become(status) {
    if (this.status !== status || status === 'waiting') {
      this.status = status;
      this.o.onStatus(status, this.#attempt);
    }
    if (status !== 'connecting') for (const settle of this.#waiters.splice(0)) settle();
  }
}
