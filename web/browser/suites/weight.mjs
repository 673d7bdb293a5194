// What a first visit costs, what the page lets a text do, and how another site
// may dress it.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { suite, test } from 'node:test'
import ts from 'typescript'
import { firstVisit } from '../bench.mjs'
import { launch, over, scene } from '../page.mjs'
import { root } from '../server.mjs'

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('weight', () => {
  test('a first visit is at most 60 kB on the wire', async () => {
    const { bytes, requests } = await firstVisit(await launch(), server.url)
    assert.ok(requests > 15, `${requests} requests: what is counted is not a first visit`)
    assert.ok(bytes <= 60_000, `${bytes} bytes`)
  })

  test('what is served is what is written, without its comments', async () => {
    const folder = path.join(root, 'web/ui')
    const program = (/** @type {string} */ text) => ts.createPrinter({ removeComments: true }).printFile(ts.createSourceFile('x.js', text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS))
    const modules = readdirSync(folder, { recursive: true }).map(String).filter((name) => name.endsWith('.js') && !name.startsWith('test'))
    assert.ok(modules.length > 20)
    for (const name of modules) {
      const served = await (await fetch(`${server.url}/ui/${name}`)).text()
      assert.equal(program(served), program(readFileSync(path.join(folder, name), 'utf8')), name)
      assert.doesNotMatch(served, /^ *\/\//m, name)
    }
  })

  // What a hostile page, CV or model would try; each stays words.
  const hostile = ['<script>window.hurt = 1</script>', '<img src=x onerror="window.hurt=1">', '<svg/onload=window.hurt=1>', '[x](javascript:window.hurt=1)',
    '[x](data:text/html,<script>window.hurt=1</script>)', '<a href="javascript:window.hurt=1">x</a>', '![x](x" onerror="window.hurt=1)', '<iframe srcdoc="<script>parent.hurt=1</script>">',
    '`</code><script>window.hurt=1</script>`', '"><style>*{display:none}</style>', '<math><mi//xlink:href="data:x,<script>window.hurt=1</script>">',
    '[x](vbscript:x)', '<https://a.example/"onmouseover="window.hurt=1>', '[D1102](javascript:window.hurt=1)', '{{constructor.constructor("window.hurt=1")()}}', '&lt;script&gt;window.hurt=1&lt;/script&gt;',
    '<template><script>window.hurt=1</script></template>', '<body onload=window.hurt=1>', '<noscript><p title="</noscript><img src=x onerror=window.hurt=1>">', '<x onclick=window.hurt=1>press</x>']

  scene('markup in what is said stays words', server, async ({ open }) => {
    const seeker = await open()
    // As the model's words: played to the page, so that nothing else has cleaned them.
    await seeker.page.routeWebSocket('**/ws', (ws) => ws.onMessage((text) => {
      const frame = JSON.parse(String(text))
      if (frame.type) return
      const say = (/** @type {any} */ chunk) => ws.send(JSON.stringify({ id: String(++seq), chunk }))
      let seq = 0
      say({ type: 'RUN_STARTED', threadId: frame.threadId, runId: frame.runId })
      say({ type: 'CUSTOM', name: 'user_message', value: { messageId: 'q', content: frame.messages[0].content, document: { id: 'd', name: hostile[0] } } })
      say({ type: 'CUSTOM', name: 'notice', value: { text: hostile[1] } })
      say({ type: 'CUSTOM', name: 'source', value: { sourceId: 'D1102', title: hostile[2], passage: hostile[3], url: 'javascript:window.hurt=1' } })
      say({ type: 'CUSTOM', name: 'handoff.accepted', value: { name: hostile[4] } })
      say({ type: 'TEXT_MESSAGE_START', messageId: 'a', role: 'assistant', name: hostile[5] })
      for (const c of hostile.join('\n\n')) say({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'a', delta: c })
      say({ type: 'TEXT_MESSAGE_END', messageId: 'a' })
      say({ type: 'RUN_FINISHED', threadId: frame.threadId, runId: frame.runId })
    }))
    await seeker.page.reload()
    await seeker.page.locator('tandem-chat[data-role]').waitFor()
    const turn = await over(await seeker.say(hostile.join('\n')))
    await turn.locator('.source').click()
    const said = await turn.innerText()
    for (const text of ['<script>window.hurt = 1</script>', '<svg/onload=window.hurt=1>', '<body onload=window.hurt=1>', '{{constructor']) assert.ok(said.includes(text), `${text} is not shown`)
    const found = await seeker.page.locator('tandem-chat').evaluate((el) => {
      const all = [...el.shadowRoot.querySelectorAll('*')]
      return {
        markup: all.filter((e) => e.matches('script, iframe, object, embed, style, img, math, template, base, form[action]')).map((e) => e.outerHTML),
        handlers: all.flatMap((e) => [...e.attributes].filter((a) => a.name.startsWith('on')).map((a) => a.name)),
        addresses: all.flatMap((e) => [e.getAttribute('href'), e.getAttribute('src')]).filter((a) => a && !/^https?:/.test(a)),
      }
    })
    assert.deepEqual(found, { markup: [], handlers: [], addresses: [] })
    for (const link of await turn.locator('.prose button').all()) await link.dispatchEvent('click')
    assert.equal(await seeker.page.evaluate(() => window.hurt), undefined)
  })

  scene('no inline script or style can run', server, async ({ open, expect }) => {
    expect(/Content Security Policy/)
    const seeker = await open()
    const csp = (await seeker.page.request.get(`${server.url}/`)).headers()['content-security-policy']
    assert.match(csp, /default-src 'none'/)
    assert.doesNotMatch(csp, /unsafe|\*|https?:/)
    const ran = await seeker.page.evaluate(() => {
      const script = document.createElement('script')
      script.textContent = 'window.hurt = 1'
      document.body.append(script)
      return window.hurt
    })
    assert.equal(ran, undefined)
  })

  scene('another site dresses the conversation by custom properties', server, async ({ open }) => {
    const seeker = await open()
    await seeker.ask('code rome boulanger svp')
    await seeker.page.evaluate(() => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync('tandem-chat { --tandem-accent: rgb(1, 2, 3); --tandem-surface: rgb(4, 5, 6); --tandem-radius: 0px; --tandem-font: monospace; }')
      document.adoptedStyleSheets = [sheet]
    })
    const style = (/** @type {string} */ css, /** @type {string} */ name) => seeker.page.locator('tandem-chat').evaluate((el, [css, name]) => getComputedStyle(el.shadowRoot.querySelector(css)).getPropertyValue(name), [css, name])
    assert.equal(await style('.primary', 'background-color'), 'rgb(1, 2, 3)')
    assert.equal(await style('.card', 'background-color'), 'rgb(4, 5, 6)')
    assert.equal(await style('.prose', 'font-family'), 'monospace')
  })
})
