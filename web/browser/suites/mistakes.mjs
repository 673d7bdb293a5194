// What goes wrong on the person's side: each time a French sentence that says
// what to do, and a page that goes on working.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { suite, test } from 'node:test'
import { plain, scene, status } from '../page.mjs'
import { cookieOf, root } from '../server.mjs'
import { Socket, question, terminal } from '../socket.mjs'

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('mistakes', () => {
  const cv = (name) => path.join(root, 'testdata/cv', name)
  const pick = (visitor, file) => visitor.page.locator('tandem-chat input[type=file]').setInputFiles(file)

  /** The page still answers. @param {import('../page.mjs').Visitor} visitor */
  async function works(visitor) {
    const turn = await visitor.ask('code rome boulanger svp')
    assert.match(await turn.innerText(), /D1102/)
    assert.equal(await visitor.alert.innerText(), '')
  }

  scene('files that cannot be read', server, async ({ open, expect }) => {
    expect(status(400, 413, 422))
    const seeker = await open()
    for (const [name, sentence] of [
      ['chiffre.pdf', /mot de passe/],
      ['image.pdf', /image/],
    ]) {
      await pick(seeker, cv(name))
      await seeker.alert.getByText(sentence).waitFor()
      assert.equal(await seeker.attachment.isVisible(), false, `${name} stays joined`)
    }
    await works(seeker)
  })

  scene('a file of 50 MB', server, async ({ open }) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'tandem-large-'))
    try {
      const large = path.join(folder, 'cv.pdf')
      writeFileSync(large, '%PDF-1.7\n')
      truncateSync(large, 50 << 20)
      const seeker = await open()
      await pick(seeker, large)
      await seeker.alert.getByText(/trop gros : 5 Mo au plus/).waitFor()
      await works(seeker)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('a file of 50 MB from a program that does not ask first', async () => {
    const form = new FormData()
    form.append('file', new Blob([new Uint8Array(50 << 20)]), 'cv.pdf')
    const r = await fetch(`${server.url}/api/documents`, { method: 'POST', body: form, headers: { 'X-Tandem': '1', Cookie: await cookieOf(server.url, 'seeker') } })
    assert.equal(r.status, 413)
    assert.match((await r.json()).message, /trop gros : 5 Mo au plus/)
  })

  scene('an empty message', server, async ({ open }) => {
    const seeker = await open()
    await seeker.composer.press('Enter')
    assert.equal(await seeker.turns.count(), 0)
    const said = await seeker.alert.innerText()
    assert.ok(await seeker.send.isDisabled() || /vide|[ÉéEe]crivez/.test(said), `nothing says that there is nothing to send: « ${said} »`)
    await works(seeker)
  })

  scene('a question asked before the page knows who asks', server, async ({ open }) => {
    const seeker = await open()
    let known
    const slow = new Promise((resolve) => { known = resolve })
    await seeker.page.route('**/api/session', async (route) => {
      await slow
      await route.continue()
    })
    await seeker.page.reload()
    await seeker.page.waitForFunction(() => [...document.querySelector('tandem-chat').shadowRoot.querySelectorAll('link')].every((l) => l.sheet))
    // What one writes is kept until then.
    const asking = seeker.ask('code rome boulanger svp')
    known()
    await asking
    await seeker.turns.first().locator('.code-big').getByText('D1102').waitFor()
    assert.equal(await seeker.turns.count(), 1)
  })

  scene('a message of 1 MB', server, async ({ open }) => {
    const seeker = await open()
    const turn = await seeker.ask('boulanger '.repeat(100_000))
    const refusal = turn.locator('[role=alert]')
    assert.match(plain(await refusal.innerText()), /trop long.*Joignez plutôt un fichier/)
    await works(seeker)
  })

  test('frames that are not of the protocol, and what is not one’s own', async () => {
    const mine = await cookieOf(server.url, 'seeker')
    const other = await cookieOf(server.url, 'seeker')
    const socket = new Socket(server.url, mine)
    const refused = async (frame, code, sentence) => {
      const n = socket.events.length
      await socket.send(frame)
      const e = await socket.until((e) => socket.events.indexOf(e) >= n && e.type === 'RUN_ERROR')
      assert.equal(e.code, code, e.message)
      assert.match(e.message, sentence)
    }
    await refused('ceci n’est pas du JSON', 'invalid', /illisible/)
    await refused({ type: 'hello' }, 'invalid', /inconnu/)
    await refused(question('t-vide', '   '), 'invalid', /vide/)
    await refused({ type: 'resume', threadId: 'inconnu', offset: '0' }, 'not_found', /n'existe pas/)

    const mineToo = question(crypto.randomUUID(), 'code rome boulanger svp')
    await socket.send(mineToo)
    assert.equal((await socket.until((e) => terminal(e) && e.runId === mineToo.runId)).type, 'RUN_FINISHED')

    // Another visitor who knows the ids can neither read, nor write, nor replay.
    const thief = new Socket(server.url, other)
    await thief.send({ type: 'resume', threadId: mineToo.threadId, offset: '0' })
    assert.equal((await thief.until(terminal)).code, 'not_found')
    await thief.send(question(mineToo.threadId, 'et moi ?'))
    assert.equal((await thief.until((e) => e.type === 'RUN_ERROR' && e.code === 'forbidden')).type, 'RUN_ERROR')
    assert.deepEqual(thief.events.filter((e) => e.type !== 'RUN_ERROR'), [])
    const replay = new Socket(server.url, other, `?runId=${mineToo.runId}&offset=-1`)
    assert.equal((await replay.until(terminal)).code, 'not_found')
    assert.equal(await replay.closed, 1008)
    socket.close()
    thief.close()
  })
})
