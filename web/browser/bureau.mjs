// A counsellor at the page of requests, by what they see of it.
import assert from 'node:assert/strict'
import { Visitor } from './page.mjs'

export class Bureau extends Visitor {
  /** Opens the page as a counsellor. @param {import('./page.mjs').Stage['open']} open @param {string} name that people are shown @param {any} [options] of the browser */
  static async open(open, name, options = {}) {
    const { page, server } = await open({ ...options, role: 'counsellor' })
    await page.goto(`${server.url}/demandes`)
    await page.locator('tandem-desk[data-ready]').waitFor()
    const desk = new Bureau(page, server)
    await page.getByLabel('Le nom que la personne verra').fill(name)
    return desk
  }

  /** @param {import('playwright-core').Page} page @param {import('./server.mjs').Server} server */
  constructor(page, server) {
    super(page, server)
    this.text = page.getByLabel('Votre message à la personne')
  }

  /** A request in the queue, by words of it. @param {string} words */
  waiting(words) {
    return this.page.locator('.waiting').filter({ hasText: words })
  }

  /** @param {string} words of the request */
  async take(words) {
    await this.waiting(words).getByRole('button', { name: /^Prendre la conversation/ }).click()
    await this.log.waitFor()
  }

  /** @param {string} text */
  async say(text) {
    await this.text.fill(text)
    await this.text.press('Enter')
    await this.log.getByText(text, { exact: true }).waitFor()
    return this.turns.last()
  }

  /** Writes down what is announced from here on. */
  async listen() {
    await this.page.evaluate(() => {
      const said = (window.said = [])
      for (const el of document.querySelector('tandem-desk').shadowRoot.querySelectorAll('[role=status]')) {
        new MutationObserver(() => said.push(el.textContent)).observe(el, { childList: true, characterData: true, subtree: true })
      }
    })
    return () => this.page.evaluate(() => window.said)
  }

  /** What the focus is on, by its name. */
  focused() {
    return this.page.evaluate(() => {
      let el = document.activeElement
      while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement
      return el?.getAttribute('aria-label') ?? el?.textContent?.trim() ?? ''
    })
  }

  /** Presses Tab until the focus is on something so named. @param {RegExp} name */
  async tabTo(name) {
    for (let presses = 0; presses < 100; presses++) {
      if (name.test(await this.focused())) return
      await this.page.keyboard.press('Tab')
    }
    assert.fail(`${name} is out of reach of Tab`)
  }
}
