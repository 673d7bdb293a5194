// A person with a keyboard and nothing else, before a screen 320 pixels wide,
// who asked for less motion. Wherever Tab stops, one must see where one is; what
// one presses must not throw one back to the top of the page.
import assert from 'node:assert/strict'

const far = 250 // presses of Tab beyond which something is out of reach

export class Keyboard {
  #fresh = true // nothing pressed on this page yet: the focus is nowhere, rightly
  #last = 'the page opened'

  /** @param {import('./page.mjs').Stage['open']} open @param {Parameters<import('./page.mjs').Stage['open']>[0]} [options] */
  static async open(open, options = {}) {
    const v = await open({ viewport: { width: 320, height: 640 }, reducedMotion: 'reduce', ...options })
    const k = new Keyboard(v)
    await v.page.context().addInitScript(watch)
    v.page.on('domcontentloaded', () => { k.#fresh = true })
    await v.page.reload()
    await k.ready()
    return k
  }

  /** @param {import('./page.mjs').Visitor} v */
  constructor(v) {
    this.v = v
    this.page = v.page
  }

  /** Resolves when the page that was opened is there. */
  ready() {
    return this.page.locator('tandem-chat[data-role], tandem-profile[data-ready], tandem-desk[data-ready], body.plain').waitFor()
  }

  /** @param {string} name @param {'button' | 'link' | 'checkbox'} [role] @param {import('playwright-core').Page | import('playwright-core').Locator} [within] */
  named(name, role = 'button', within = this.page) {
    return within.getByRole(role, { name, exact: true }).filter({ visible: true }).first()
  }

  /** Presses Tab, or Shift and Tab, until the focus is on something. @param {import('playwright-core').Locator} target */
  async reach(target) {
    await target.first().waitFor()
    await this.#kept()
    const key = await target.first().evaluate((el) => (window.keys.before(el) ? 'Shift+Tab' : 'Tab'))
    const passed = []
    for (let presses = 0; presses <= far; presses++) {
      const now = await target.evaluateAll((els) => ({ there: els.includes(window.keys.focused()), name: window.keys.name(), wrong: window.keys.wrong() }))
      if (!this.#fresh) assert.equal(now.wrong, '', `at « ${now.name} », after ${this.#last}, with ${presses} times ${key}`)
      if (now.there) return
      passed.push(now.name)
      await this.#press(key)
    }
    assert.fail(`${target} is out of reach of ${key} after ${this.#last}, past ${passed.slice(0, 40).join(' | ')}`)
  }

  /** @param {import('playwright-core').Locator} target @param {string} [key] */
  async press(target, key = 'Enter') {
    await this.reach(target)
    this.#last = `${key} on ${await this.page.evaluate(() => window.keys.name())}`
    await this.#press(key)
  }

  /** Replaces what a field holds. @param {import('playwright-core').Locator} field @param {string} text */
  async write(field, text) {
    await this.reach(field)
    await this.#press('Control+A')
    await this.page.keyboard.insertText(text)
    this.#last = `writing ${text.slice(0, 20)}`
  }

  /** @param {import('playwright-core').Locator} select @param {string} value */
  async choose(select, value) {
    await this.reach(select)
    await this.#press('Home')
    for (let presses = 0; await select.inputValue() !== value; presses++) {
      assert.ok(presses < 30, `${value} cannot be chosen`)
      await this.#press('ArrowDown')
    }
    this.#last = `choosing ${value}`
  }

  /** Gives a file by what opens the browser's own dialogue. @param {import('playwright-core').Locator} opener @param {string} file */
  async give(opener, file) {
    const asked = this.page.waitForEvent('filechooser')
    await this.press(opener)
    await (await asked).setFiles(file)
  }

  /** Follows a link to another page. @param {import('playwright-core').Locator} link */
  async follow(link) {
    const gone = this.page.waitForEvent('domcontentloaded')
    await this.press(link)
    await gone
    await this.ready()
  }

  /** Nothing wider than the window, nothing that moves. @param {string} what */
  async calm(what) {
    assert.deepEqual(await this.v.wide(), [], what)
    assert.deepEqual(await this.page.evaluate(() => window.keys.moving()), [], what)
  }

  /** @param {string} key */
  async #press(key) {
    this.#fresh = false
    await this.page.keyboard.press(key)
  }

  /** The focus is on something, whatever became of what was pressed. */
  async #kept() {
    if (this.#fresh) return
    await this.page.waitForFunction(() => window.keys.focused() !== document.body, null, { timeout: 2000 })
      .catch(() => assert.fail(`the focus is lost after ${this.#last}`))
  }
}

/** What is asked of the page, put into it before anything else. */
function watch() {
  /** @type {string[]} */
  const smooth = []
  for (const [owner, name] of /** @type {[any, string][]} */ ([[Element.prototype, 'scrollTo'], [Element.prototype, 'scrollBy'], [Element.prototype, 'scrollIntoView'], [window, 'scrollTo'], [window, 'scrollBy']])) {
    const own = owner[name]
    owner[name] = function (/** @type {any[]} */ ...args) {
      if (args.some((a) => a?.behavior === 'smooth')) smooth.push(`${name} is smooth`)
      return own.apply(this, args)
    }
  }

  const focused = () => {
    let el = document.activeElement
    while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement
    return el ?? document.body
  }
  const parent = (/** @type {Element} */ el) => el.parentElement ?? /** @type {ShadowRoot} */ (el.getRootNode()).host
  const chain = (/** @type {Element} */ el) => { const all = []; for (let e = el; e; e = parent(e)) all.unshift(e); return all }
  const inside = (/** @type {ParentNode} */ root) => [...root.querySelectorAll('*')].flatMap((el) => /** @type {Element[]} */ ([el, ...(el.shadowRoot ? inside(el.shadowRoot) : [])]))

  /** Whether something stands before the focus, across shadow roots. @param {Element} el */
  const before = (el) => {
    const [a, b] = [chain(el), chain(focused())]
    const i = a.findIndex((x, n) => x !== b[n])
    return i > 0 && b[i] && a[i] ? Boolean(a[i].compareDocumentPosition(b[i]) & Node.DOCUMENT_POSITION_FOLLOWING) : false
  }

  const name = () => {
    const el = focused()
    return (el.getAttribute('aria-label') ?? /** @type {any} */ (el).labels?.[0]?.textContent ?? el.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 50) || el.localName
  }

  const at = (/** @type {number} */ x, /** @type {number} */ y) => {
    let el = document.elementFromPoint(x, y)
    for (let deeper = el?.shadowRoot?.elementFromPoint(x, y); deeper && deeper !== el; deeper = el?.shadowRoot?.elementFromPoint(x, y)) el = deeper
    return el
  }

  /** What is wrong with the place of the focus; empty when one sees it. */
  const wrong = () => {
    const on = /** @type {HTMLInputElement} */ (focused())
    if (on === document.body || on.localName === 'main') return '' // where the page begins
    if (on.localName === 'html') return 'the focus is on the document'
    // A field that is not drawn is shown by its label.
    const el = on.labels?.length && on.getBoundingClientRect().width <= 1 ? on.labels[0] : on
    const all = chain(el)
    const styles = all.map((e) => getComputedStyle(e))
    if (styles.some((s) => s.visibility === 'hidden' || s.opacity === '0')) return 'it is hidden'
    const clip = { left: 0, top: 0, right: innerWidth, bottom: innerHeight }
    const top = all.findLastIndex((e) => e.matches(':modal')) // nothing outside clips a dialogue
    all.slice(0, -1).forEach((e, i) => {
      if (i < top || e === document.body || e === document.documentElement || styles[i].overflow === 'visible') return
      const box = e.getBoundingClientRect()
      clip.left = Math.max(clip.left, box.left)
      clip.top = Math.max(clip.top, box.top)
      clip.right = Math.min(clip.right, box.right)
      clip.bottom = Math.min(clip.bottom, box.bottom)
    })
    const parts = [...el.getClientRects()].map((r) => ({ left: Math.max(r.left, clip.left), top: Math.max(r.top, clip.top), right: Math.min(r.right, clip.right), bottom: Math.min(r.bottom, clip.bottom), of: r }))
      .filter((r) => r.right - r.left > 1 && r.bottom - r.top > 1)
    if (!parts.length) return `it is out of sight: ${JSON.stringify(el.getBoundingClientRect())} in ${JSON.stringify(clip)}`
    const [box] = parts
    const small = box.of.height < 120
    if (small && box.bottom - box.top < box.of.height - 2) return `only ${Math.round(box.bottom - box.top)} of its ${Math.round(box.of.height)} px are in sight`
    for (const share of small ? [0.2, 0.5, 0.8] : [0.5]) {
      const hit = at((box.left + box.right) / 2, box.top + (box.bottom - box.top) * share)
      if (!hit || !(chain(hit).includes(el))) return `it is under ${hit?.localName}.${hit?.className}`
    }
    // The ring is around it, or around the box it stands in.
    const ringed = all.slice(-4).findLast((e) => {
      const s = getComputedStyle(e)
      return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2
    })
    if (!ringed) return 'no ring shows it'
    const s = getComputedStyle(ringed)
    const out = parseFloat(s.outlineOffset) + parseFloat(s.outlineWidth)
    const r = ringed === el ? box.of : ringed.getBoundingClientRect()
    const sides = [r.left - out >= clip.left - 1, r.top - out >= clip.top - 1, r.right + out <= clip.right + 1, r.bottom + out <= clip.bottom + 1]
    if (small && sides.filter(Boolean).length < 3) return `its ring is cut: ${sides} ${JSON.stringify(r)} ${JSON.stringify(clip)}`
    return ''
  }

  /** What moves, or would. */
  const moving = () => {
    const all = inside(document)
    const roots = [document, ...all.flatMap((el) => el.shadowRoot ?? [])]
    const long = (/** @type {string} */ times) => times.split(',').some((t) => parseFloat(t) > (t.includes('ms') ? 10 : 0.01))
    return [...smooth,
      ...roots.flatMap((root) => root.getAnimations()).filter((a) => a.playState === 'running' && Number(a.effect?.getComputedTiming().duration) > 10).map((a) => `an animation ${/** @type {any} */ (a).animationName ?? ''}`),
      ...all.filter((el) => { const s = getComputedStyle(el); return (s.animationName !== 'none' && long(s.animationDuration)) || long(s.transitionDuration) || s.scrollBehavior === 'smooth' }).map((el) => `${el.localName}.${el.className}`)]
  }

  window.keys = { focused, before, name, wrong, moving }
}
