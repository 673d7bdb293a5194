// What a person does on the page of the profile, by what they see of it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { axe } from './page.mjs'

// axe measures with styles of its own, which the content policy refuses aloud.
export const measuring = /Applying inline style violates/

/** @typedef {import('./page.mjs').Visitor} Visitor */

export class Desk {
  /** @param {Visitor} v */
  constructor(v) {
    this.v = v
    this.page = v.page
    this.decide = this.page.locator('.decide')
    this.proposals = this.decide.locator('.proposal')
    this.kept = this.page.locator('.kept-item')
    this.progress = this.page.locator('.progress-text')
    this.search = this.page.getByLabel('Chercher une compétence ou un métier')
    this.status = this.page.locator('tandem-profile').getByRole('status').last()
  }

  /** Drops a file on the page, as from a folder. @param {string} file */
  async drop(file) {
    const data = await this.page.evaluateHandle(([base64, name]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type: 'application/pdf' }))
      return transfer
    }, [readFileSync(file).toString('base64'), path.basename(file)])
    const target = this.page.locator('.start')
    await target.dispatchEvent('dragover', { dataTransfer: data, bubbles: true, composed: true })
    await target.dispatchEvent('drop', { dataTransfer: data, bubbles: true, composed: true })
    await this.proposals.first().waitFor()
  }

  /** The profile as the server has it. */
  async profile() {
    return (await fetch(`${this.v.server.url}/api/profile`, { headers: { Cookie: await this.v.cookie() } })).json()
  }

  /** How many items have a status, once the server has as many. @param {string} of @param {number} n */
  async holds(of, n) {
    for (let tries = 0; ; tries++) {
      const { counts } = await this.profile()
      if (counts[of] === n) return
      assert.ok(tries < 1000, `${counts[of]} ${of}, not ${n}`)
      await this.page.evaluate(() => new Promise(requestAnimationFrame))
    }
  }

  /** What the focus is on, by its name. */
  focused() {
    return this.page.evaluate(() => {
      let el = document.activeElement
      while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement
      return el?.getAttribute('aria-label') ?? el?.getAttribute('placeholder') ?? el?.textContent?.trim() ?? ''
    })
  }

  /** Presses Tab until the focus is on something so named. @param {RegExp} name @param {string} [key] */
  async tabTo(name, key = 'Tab') {
    for (let presses = 0; presses < 250; presses++) {
      if (name.test(await this.focused())) return
      await this.page.keyboard.press(key)
    }
    assert.fail(`${name} is out of reach of ${key}`)
  }

  /** Waits for a file and reads it. @param {() => Promise<unknown>} act */
  async download(act) {
    const [file] = await Promise.all([this.page.waitForEvent('download'), act()])
    return { name: file.suggestedFilename(), text: readFileSync(await file.path(), 'utf8') }
  }

  /** @see axe */
  axe() {
    return axe(this.page)
  }
}
