// A person in front of the page: real Chromium, driven as one would by hand.
// Every scene starts with nobody known, and ends with the browser's console
// empty: an error, a breach of the content policy or a request to another site
// fails it, whatever else it checks.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { test } from 'node:test'
import { chromium } from 'playwright-core'

const patience = 20_000 // for one thing to appear
const longest = 60_000 // for a whole scene

/** @type {import('playwright-core').Browser | undefined} */
let browser

export const launch = async () => (browser ??= await chromium.launch({
  executablePath: execFileSync('sh', ['-c', 'command -v chromium']).toString().trim(), // as install.sh finds it
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
}))

export const closeBrowser = () => browser?.close()

/**
 * @typedef {object} Stage
 * @property {(options?: import('playwright-core').BrowserContextOptions & {address?: string, role?: string}) => Promise<Visitor>} open a new person opens the page
 * @property {(...complaints: RegExp[]) => void} expect what the console may say in this scene
 */

/**
 * A test with people in it.
 * @param {string} name @param {import('./server.mjs').Server} server @param {(stage: Stage) => Promise<void>} act
 */
export function scene(name, server, act) {
  test(name, async () => {
    /** @type {Visitor[]} */
    const people = []
    /** @type {string[]} */
    const complaints = []
    /** @type {RegExp[]} */
    const expected = []
    /** @type {Stage} */
    const stage = {
      expect: (...patterns) => { expected.push(...patterns) },
      async open({ address = '/', role, ...options } = {}) {
        const context = await (await launch()).newContext({ viewport: { width: 1280, height: 800 }, locale: 'fr-FR', ...options })
        context.setDefaultTimeout(patience)
        context.on('console', (m) => { if (m.type() === 'error' || /Content.Security.Policy/i.test(m.text())) complaints.push(`console: ${m.text()} ${m.location().url}`) })
        context.on('weberror', (e) => complaints.push(`script: ${e.error().stack}`))
        context.on('request', (r) => { if (new URL(r.url()).origin !== server.url && !r.url().startsWith('data:')) complaints.push(`request to another site: ${r.url()}`) })
        const visitor = new Visitor(await context.newPage(), server)
        people.push(visitor)
        await visitor.page.goto(server.url + address)
        if (options.javaScriptEnabled !== false) await visitor.page.locator('tandem-chat[data-role], tandem-profile[data-ready], tandem-desk[data-ready], body.plain').waitFor()
        if (role) await visitor.become(role)
        return visitor
      },
    }
    try {
      await within(longest, act(stage))
      // What a page still has to say about its last action is said by then.
      await Promise.all(people.map((p) => p.page.evaluate(() => 0).catch(() => {})))
    } catch (err) {
      for (const p of people) err.stack += `\n--- the page then (${p.page.url()})\n${await p.page.locator('.chat, .page, .desk-page, .plain main').innerText({ timeout: 1000 }).catch(() => '(gone)')}`
      throw err
    } finally {
      for (const p of people) await p.page.context().close()
    }
    assert.deepEqual(complaints.filter((c) => !expected.some((p) => p.test(c))), [], 'the console must stay empty')
  })
}

/** @param {number} ms @param {Promise<void>} work */
async function within(ms, work) {
  let timer
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`not over after ${ms} ms`)), ms) })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** What the console says of an answer with an error status. @param {number[]} statuses */
export const status = (...statuses) => new RegExp(`Failed to load resource: the server responded with a status of (${statuses.join('|')})`)

/** A person with a page open. */
export class Visitor {
  /** @param {import('playwright-core').Page} page @param {import('./server.mjs').Server} server */
  constructor(page, server) {
    this.page = page
    this.server = server
    this.log = page.getByRole('log', { includeHidden: true })
    this.turns = this.log.locator('.turn')
    this.composer = page.getByLabel('Votre message')
    this.send = page.getByRole('button', { name: 'Envoyer', exact: true })
    this.stop = page.getByRole('button', { name: 'Arrêter' })
    this.alert = page.locator('.composer [role=alert]')
    this.announcement = page.locator('tandem-chat [role=status].hidden')
    this.attachment = page.locator('.attachment')
  }

  /** A second tab of the same person, on the same conversation. */
  async tab() {
    const page = await this.page.context().newPage()
    await page.goto(this.page.url())
    return new Visitor(page, this.server)
  }

  /** Switches the role, as the demonstration allows. @param {string} role */
  async become(role) {
    await this.page.getByLabel('Rôle de démonstration').selectOption(role)
    await this.page.locator(`tandem-chat[data-role=${role}]`).waitFor()
  }

  /** Sends a message and returns its turn, which may still be at work. @param {string} text */
  async say(text) {
    const n = await this.turns.count()
    await this.composer.fill(text)
    await this.composer.press('Enter')
    const turn = this.turns.nth(n)
    await turn.waitFor()
    return turn
  }

  /** Sends a message and returns its turn once it is over. @param {string} text */
  async ask(text) {
    return over(await this.say(text))
  }

  /** Joins a file with the button's file input, and waits until it has been read. @param {string} file */
  async join(file) {
    await this.page.locator('tandem-chat input[type=file]').setInputFiles(file)
    await this.attachment.getByText(/caractères lus/).waitFor()
  }

  /** The conversation, as the page's address has it. */
  get thread() {
    return new URLSearchParams(new URL(this.page.url()).hash.slice(1)).get('c')
  }

  async cookie() {
    const [cookie] = (await this.page.context().cookies()).filter((c) => c.name === 'tandem')
    return `tandem=${cookie.value}`
  }

  /** The page's own numbers of overflow: what is wider than the window, and by how much. */
  wide() {
    return this.page.evaluate(() => {
      const inside = (/** @type {ParentNode} */ root) => [...root.querySelectorAll('*')].flatMap((el) => [el, ...(el.shadowRoot ? inside(el.shadowRoot) : [])])
      const scrolls = (/** @type {Element} */ el) => ['auto', 'scroll'].includes(getComputedStyle(el).overflowX) && !el.matches('[role=log], main')
      return inside(document)
        .filter((el) => el.getBoundingClientRect().right > innerWidth + 1 && getComputedStyle(el).visibility !== 'hidden')
        .filter((el) => { for (let e = el; e; e = e.parentElement) if (scrolls(e) || e.matches('.hidden')) return false; return true })
        .map((el) => `${el.localName}.${el.className?.baseVal ?? el.className} ${Math.round(el.getBoundingClientRect().right)}`)
        .concat(document.scrollingElement.scrollWidth > innerWidth ? [`the page: ${document.scrollingElement.scrollWidth}`] : [])
    })
  }
}

const shots = process.env.SHOTS // a folder: pictures for whoever works on a page

/** @param {Visitor} v @param {string} name @param {import('playwright-core').Locator} [at] what to bring to the top; without, the whole page */
export async function shot(v, name, at) {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  await at?.evaluate((el) => el.scrollIntoView({ block: 'start' }))
  await v.page.screenshot({ path: path.join(shots, `${name}.png`), fullPage: !at })
}

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Breaches of WCAG 2.2 A and AA that a program can find. @param {import('playwright-core').Page} page */
export async function axe(page) {
  await page.evaluate(axeSource) // by the debugger, which the content policy does not bind; it would bind what preloading adds
  const found = await page.evaluate(async () => (await window.axe.run(document, { preload: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })).violations)
  return found.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`)
}

/** Waits until a turn is over. @param {import('playwright-core').Locator} turn */
export async function over(turn) {
  await turn.locator('.answer:not([aria-busy])').waitFor()
  return turn
}

/** A text without the spaces that only typography needs. @param {string} s */
export const plain = (s) => s.replace(/[\s\u202f\u00a0]+/g, ' ').trim()
