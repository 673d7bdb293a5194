// The server and its database are killed while an answer is on its way. What
// was read stays, the run ends with a sentence, and the next question is answered.
import assert from 'node:assert/strict'
import { after, before, suite } from 'node:test'
import { over, scene, status } from '../page.mjs'

/** @param {import('../server.mjs').Server} server @param {import('../model.mjs').FakeModel} model */
export default (server, model) => suite('outages', () => {
  before(() => server.use({ MODEL_URL: model.url, MODEL_NAME: 'fake' }))
  after(() => server.use({}))

  const dead = [/WebSocket connection to .* failed/, /net::ERR_/, status(502, 503)]

  async function begin(visitor) {
    await visitor.say('Racontez-moi le pain')
    const call = await model.next()
    call.say('Le pain se pétrit ')
    await visitor.turns.last().locator('.prose').getByText('Le pain se pétrit').waitFor()
    return call
  }

  async function works(visitor) {
    const turn = await visitor.say('Et maintenant ?')
    const call = await model.next()
    call.say('Me revoilà.')
    call.end()
    assert.match(await (await over(turn)).innerText(), /Me revoilà\./)
  }

  scene('the server is killed and comes back', server, async ({ open, expect }) => {
    expect(...dead)
    const seeker = await open()
    const call = await begin(seeker)
    await server.kill()
    await call.hungUp
    await seeker.page.getByText('La connexion est coupée. Nouvel essai en cours').waitFor()
    await server.start()
    const turn = await over(seeker.turns.first())
    assert.match(await turn.innerText(), /Le pain se pétrit/)
    assert.match(await turn.locator('.status').innerText(), /\S.{20}/, 'a sentence says that the answer ended')
    await seeker.page.getByText('La connexion est coupée').waitFor({ state: 'detached' })
    await works(seeker)
    assert.equal(await seeker.turns.count(), 2)
  })

  scene('the database is killed and comes back', server, async ({ open, expect }) => {
    expect(...dead)
    const seeker = await open()
    const call = await begin(seeker)
    const back = await server.killPostgres()
    call.say('puis se cuit.')
    call.end()
    const turn = await over(seeker.turns.first())
    assert.match(await turn.locator('[role=alert]').innerText(), /base de données|indisponible|instant/i)
    assert.match(await turn.innerText(), /Le pain se pétrit/)
    back()
    await server.healthy()
    await works(seeker)
    await seeker.page.reload()
    await over(seeker.turns.nth(1))
    assert.match(await seeker.turns.first().locator('.status').innerText(), /\S/)
  })
})
