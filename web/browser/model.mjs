// A model that speaks when the test tells it to: an OpenAI-compatible endpoint
// on loopback.
import { createServer } from 'node:http'

/** One request of the server to the model, answered word by word. */
class Call {
  /** @param {any} body @param {import('node:http').ServerResponse} response */
  constructor(body, response) {
    this.body = body
    this.response = response
    /** Settles when the server hangs up before the answer is over. */
    this.hungUp = new Promise((resolve) => response.once('close', () => response.writableFinished || resolve(undefined)))
  }

  /** @param {string} text */
  say(text) {
    if (!this.response.headersSent) this.response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    this.#chunk({ role: 'assistant', content: text }, null)
  }

  /** Calls a tool instead of answering. @param {string} name @param {any} args */
  use(name, args) {
    if (!this.response.headersSent) this.response.writeHead(200, { 'Content-Type': 'text/event-stream' })
    this.#chunk({ role: 'assistant', tool_calls: [{ index: 0, id: 'call', type: 'function', function: { name, arguments: JSON.stringify(args) } }] }, null)
    this.#chunk({}, 'tool_calls')
    this.response.end('data: [DONE]\n\n')
  }

  end() {
    this.#chunk({}, 'stop')
    this.response.end('data: [DONE]\n\n')
  }

  /** The line breaks. */
  cut() {
    this.response.destroy()
  }

  /** @param {number} status */
  refuse(status) {
    this.response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error: { message: 'out of order' } }))
  }

  #chunk(delta, finish) {
    this.response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', model: 'fake', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`)
  }
}

export class FakeModel {
  /** @type {Call[]} */
  #calls = []
  /** @type {((call: Call) => void)[]} */
  #waiting = []

  async start() {
    this.http = createServer((request, response) => {
      const parts = []
      request.on('data', (part) => parts.push(part)).on('end', () => {
        const call = new Call(JSON.parse(Buffer.concat(parts).toString()), response)
        const next = this.#waiting.shift()
        if (next) next(call)
        else this.#calls.push(call)
      })
    })
    await new Promise((resolve) => this.http.listen(0, '127.0.0.1', () => resolve(undefined)))
    this.url = `http://127.0.0.1:${/** @type {any} */ (this.http.address()).port}/v1`
  }

  /** The next request that nobody has taken yet. @returns {Promise<Call>} */
  next() {
    const call = this.#calls.shift()
    return call ? Promise.resolve(call) : new Promise((resolve) => this.#waiting.push(resolve))
  }

  stop() {
    this.http?.closeAllConnections()
    return new Promise((resolve) => (this.http ? this.http.close(resolve) : resolve(undefined)))
  }
}
