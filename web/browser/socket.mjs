// The server's websocket seen from Node, for what a page does not show.
import WebSocket from 'ws'

/** A WebSocket that sends the visitor's cookie, as a browser does by itself. @param {string} cookie */
export function withCookie(cookie) {
  return class extends WebSocket {
    constructor(url, protocols) {
      super(url, protocols, { headers: { Cookie: cookie } })
    }
  }
}

/** One connection: frames go out, events come in. */
export class Socket {
  /** @type {any[]} */
  events = []
  #wake = () => {}

  /** @param {string} url of the server @param {string} cookie @param {string} [query] */
  constructor(url, cookie, query = '') {
    this.ws = new (withCookie(cookie))(`${url.replace(/^http/, 'ws')}/ws${query}`)
    this.opened = new Promise((resolve, reject) => this.ws.once('open', resolve).once('error', reject))
    this.closed = new Promise((resolve) => this.ws.once('close', (code) => { resolve(code); this.#wake() }))
    this.ws.on('message', (data) => {
      const frame = JSON.parse(String(data))
      if (frame.type === 'ping') return
      this.events.push(frame.chunk ?? frame)
      this.#wake()
    })
  }

  /** @param {any} frame an object, or text that is not one */
  async send(frame) {
    await this.opened
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** The first event, from here on, that f accepts. @param {(event: any) => boolean} f */
  async until(f) {
    for (let i = 0; ; i++) {
      while (i >= this.events.length) {
        if (this.ws.readyState === WebSocket.CLOSED) throw new Error(`socket closed; it had said ${JSON.stringify(this.events)}`)
        await new Promise((resolve) => (this.#wake = () => resolve(undefined)))
      }
      if (f(this.events[i])) return this.events[i]
    }
  }

  close() {
    this.ws.close()
  }
}

export const terminal = (event) => event.type === 'RUN_FINISHED' || event.type === 'RUN_ERROR'

/** All events of a conversation whose runs have ended. @param {string} url @param {string} cookie @param {string} thread @param {number} runs */
export async function eventsOf(url, cookie, thread, runs = 1) {
  const socket = new Socket(url, cookie)
  await socket.send({ type: 'resume', threadId: thread, offset: '0' })
  let ended = 0
  await socket.until((e) => terminal(e) && ++ended === runs)
  socket.close()
  return socket.events
}

/** A question as the page sends it. @param {string} threadId @param {string} content */
export const question = (threadId, content, runId = crypto.randomUUID()) => ({
  threadId, runId, messages: [{ id: crypto.randomUUID(), role: 'user', content }], tools: [], context: [], state: {}, forwardedProps: {},
})
