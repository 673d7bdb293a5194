// What the page costs, as rows of README's table: bytes and time of a first
// visit, frames and memory of a long conversation. The server is real; the long
// conversation is played to the page over an intercepted websocket, because
// nobody may ask that fast.
import { Server } from './server.mjs'
import { launch } from './page.mjs'

const messages = 500
const rate = 60 // tokens a second
const seconds = 10
const words = 'Le **pain** se pétrit, se façonne et se cuit ; la pâte lève dans le fournil dès quatre heures du matin. '.split(/(?<= )/)
const paragraph = `${words.join('')}\n\n- pétrir [D1102]\n- cuire\n\n`

const row = (what, said) => console.log(`| ${what} | ${said} |`)
const ms = (n) => `${n < 10 ? n.toFixed(1) : Math.round(n)} ms`
const quantile = (all, q) => all.toSorted((a, b) => a - b)[Math.min(all.length - 1, Math.floor(all.length * q))]

/** A tab of somebody new, with its debugger. @param {import('playwright-core').Browser} browser */
async function tab(browser) {
  const context = await browser.newContext({ viewport: { width: 412, height: 915 }, locale: 'fr-FR' })
  const page = await context.newPage()
  const debug = await context.newCDPSession(page)
  return { context, page, debug }
}

/** Bytes over the wire, and when one can type, from nothing. @param {import('playwright-core').Browser} browser @param {string} url @param {{phone?: boolean}} [how] */
export async function firstVisit(browser, url, { phone = false } = {}) {
  const { context, page, debug } = await tab(browser)
  await debug.send('Network.enable')
  if (phone) {
    await debug.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 })
    await debug.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  }
  let bytes = 0, requests = 0
  debug.on('Network.loadingFinished', (e) => { bytes += e.encodedDataLength; requests++ })
  await page.addInitScript(() => {
    const look = () => {
      const chat = document.querySelector('tandem-chat')?.shadowRoot?.querySelector('.chat')
      if (chat && !chat.hidden && chat.querySelector('.suggestion')) window.ready = performance.now()
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
  await page.goto(url)
  await page.waitForFunction(() => window.ready, null, { timeout: 60_000 })
  await page.waitForLoadState('networkidle')
  const ready = await page.evaluate(() => window.ready)
  await context.close()
  return { bytes, requests, ready }
}

/** Frames while an answer streams into a long conversation, and memory after it. @param {import('playwright-core').Browser} browser @param {string} url */
async function longTalk(browser, url) {
  const { context, page, debug } = await tab(browser)
  let seq = 0
  /** @type {import('playwright-core').WebSocketRoute} */
  let socket
  const send = (/** @type {any} */ chunk) => socket.send(JSON.stringify({ id: String(++seq), chunk }))
  const begin = (/** @type {string} */ run, /** @type {string} */ content) => {
    send({ type: 'RUN_STARTED', threadId: 't', runId: run })
    send({ type: 'CUSTOM', name: 'user_message', value: { messageId: `${run}:q`, content } })
    send({ type: 'TEXT_MESSAGE_START', messageId: `${run}:a`, role: 'assistant' })
  }
  const end = (/** @type {string} */ run) => {
    send({ type: 'TEXT_MESSAGE_END', messageId: `${run}:a` })
    send({ type: 'RUN_FINISHED', threadId: 't', runId: run })
  }
  await page.routeWebSocket('**/ws', (ws) => {
    socket = ws
    ws.onMessage((text) => {
      if (JSON.parse(String(text)).type !== 'resume') return
      for (let i = 0; i < messages / 2; i++) {
        begin(`r${i}`, `Question ${i}`)
        send({ type: 'TEXT_MESSAGE_CONTENT', messageId: `r${i}:a`, delta: paragraph })
        end(`r${i}`)
      }
    })
  })
  await page.goto(`${url}/#c=t`)
  await page.locator('.turn').nth(messages / 2 - 1).waitFor({ timeout: 60_000 })
  await debug.send('Performance.enable')
  const busy = async () => (await debug.send('Performance.getMetrics')).metrics.find((m) => m.name === 'TaskDuration').value
  const memory = async () => {
    await debug.send('HeapProfiler.collectGarbage')
    return (await debug.send('Runtime.getHeapUsage')).usedSize / 1e6
  }
  const before = await memory()
  await page.evaluate(() => {
    window.frames_ = []
    let last = performance.now()
    const tick = (/** @type {number} */ now) => { window.frames_.push(now - last); last = now; requestAnimationFrame(tick) }
    requestAnimationFrame(tick)
  })
  const worked = await busy()
  begin('live', 'Et maintenant ?')
  const started = performance.now()
  for (let i = 0; performance.now() - started < seconds * 1000; i++) {
    const late = started + (i * 1000) / rate - performance.now()
    if (late > 0) await new Promise((resolve) => setTimeout(resolve, late))
    send({ type: 'TEXT_MESSAGE_CONTENT', messageId: 'live:a', delta: i % 60 === 59 ? '\n\n' : words[i % words.length] })
  }
  const share = ((await busy()) - worked) / ((performance.now() - started) / 1000)
  const frames = (await page.evaluate(() => window.frames_)).slice(1)
  end('live')
  await page.locator('.turn:last-child .answer:not([aria-busy])').waitFor()
  const after = await memory()
  await context.close()
  return { frames, share, before, after }
}

async function rows() {
  const server = new Server()
  try {
    await server.start()
    const browser = await launch()
    const visit = await firstVisit(browser, server.url)
    row('Page: first visit, everything it loads', `${(visit.bytes / 1000).toFixed(1)} kB compressed in ${visit.requests} requests, no font`)
    row('– until one can type, here / on an emulated old phone (4 × slower, 1.6 Mbit/s, 150 ms)', `${ms(visit.ready)} / ${ms((await firstVisit(browser, server.url, { phone: true })).ready)}`)
    const talk = await longTalk(browser, server.url)
    row(`– frames while ${rate} tokens/s stream into a conversation of ${messages} messages`,
      `${ms(quantile(talk.frames, 0.5))} / ${ms(quantile(talk.frames, 0.99))}, longest ${ms(Math.max(...talk.frames))}; main thread busy ${Math.round(talk.share * 100)} %`)
    row('– memory of its scripts before / after that answer', `${talk.before.toFixed(1)} MB / ${talk.after.toFixed(1)} MB`)
    await browser.close()
  } finally {
    await server.end()
  }
}

if (import.meta.main ?? process.argv[1] === import.meta.filename) await rows()
