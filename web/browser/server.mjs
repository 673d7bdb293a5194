// Starts the real program on a data folder of its own, for the whole test run.
// It can be killed and started again on the same port and folder, with other
// settings: loading ROME is the slow part, and happens once.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import readline from 'node:readline'
import { setTimeout } from 'node:timers/promises'

export const root = path.resolve(import.meta.dirname, '../..')

/** The program under test; BROWSER_TANDEM names another build of it. */
export const program = process.env.BROWSER_TANDEM || path.join(root, 'bin/tandem')

export class Server {
  url = ''
  /** @type {string[]} */
  log = []
  #child
  #ended
  #settings = '{}'

  constructor() {
    // BROWSER_DATA keeps the folder between runs, for whoever works on the tests.
    this.kept = Boolean(process.env.BROWSER_DATA)
    this.dir = process.env.BROWSER_DATA || mkdtempSync(path.join(tmpdir(), 'tandem-browser-'))
    mkdirSync(this.dir, { recursive: true })
    chmodSync(this.dir, 0o755) // Postgres runs as another user when we are root
  }

  /** What a command needs to work beside this server. */
  get env() {
    return { ...process.env, DATA_DIR: this.dir, DATABASE_URL: '', MODEL_URL: '', MODEL_NAME: '', MODEL_KEY: '', ORIGINS: '', SESSION_KEY: '', LOG_LEVEL: '', KEEP: '', HOURS: 'toujours' }
  }

  /** Serves with these settings from here on. @param {Record<string, string>} settings */
  async use(settings) {
    if (JSON.stringify(settings) === this.#settings) return
    await this.stop()
    await this.start(settings)
  }

  /** Resolves when it serves. @param {Record<string, string>} settings on top of the test's own; by default, those of the last start */
  start(settings = JSON.parse(this.#settings)) {
    this.#settings = JSON.stringify(settings)
    const addr = this.url ? new URL(this.url).host : 'localhost:0'
    const child = (this.#child = spawn(program, ['serve'], { env: { ...this.env, ADDR: addr, AUTH: 'demo', ...settings }, stdio: ['ignore', 'pipe', 'pipe'] }))
    this.#ended = new Promise((done) => child.once('exit', done).once('error', done))
    return new Promise((resolve, reject) => {
      child.once('error', (err) => reject(new Error(`${program} does not start: make build makes it`, { cause: err })))
      child.once('exit', (code, signal) => reject(new Error(`tandem ended with ${code ?? signal}\n${this.log.slice(-30).join('\n')}`)))
      readline.createInterface({ input: child.stderr }).on('line', (line) => this.log.push(line))
      readline.createInterface({ input: child.stdout }).on('line', (line) => {
        const address = line.match(/https?:\/\/\S+/)
        if (!address) return
        this.url = address[0].replace(/\/$/, '')
        resolve(undefined)
      })
    })
  }

  async stop() {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGTERM')
    await this.#ended
  }

  async kill() {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  /**
   * Kills the database under the server, as the kernel would for want of memory,
   * and keeps it down: however slow the machine, it is away until the test says.
   * @returns {Promise<() => void>} lets it come back
   */
  async killPostgres() {
    const postgres = path.join(this.dir, 'postgres')
    const held = spawn('flock', [path.join(postgres, 'start.lock'), 'sh', '-c', 'echo held; read _'], { stdio: ['pipe', 'pipe', 'inherit'] })
    await once(held.stdout, 'data')
    const pid = readFileSync(path.join(postgres, 'data/postmaster.pid'), 'utf8').split('\n')[0]
    const backends = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    for (const each of [pid, ...backends]) {
      try {
        process.kill(Number(each), 'SIGKILL')
      } catch (err) {
        if (err.code !== 'ESRCH') throw err // a backend may end with its postmaster
      }
    }
    return () => held.stdin.end()
  }

  /** Resolves when the server and its database answer. */
  async healthy() {
    while (!(await fetch(`${this.url}/health`)).ok) await setTimeout(100)
  }

  async end() {
    await this.stop()
    if (!this.kept) rmSync(this.dir, { recursive: true, force: true })
  }
}

/** A new visitor's cookie, as a browser would keep it. @param {string} url @param {'seeker' | 'recruiter' | 'counsellor'} role */
export async function cookieOf(url, role) {
  const r = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Tandem': '1' },
    body: JSON.stringify({ role }),
  })
  if (!r.ok) throw new Error(`session: ${r.status} ${await r.text()}`)
  return r.headers.get('set-cookie').split(';')[0]
}
