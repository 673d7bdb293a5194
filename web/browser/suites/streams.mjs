// An answer on its way: it is never lost, everybody sees the same, stop means
// stop, and when the model fails the answer comes all the same.
import assert from 'node:assert/strict'
import { before, suite } from 'node:test'
import { over, plain, scene } from '../page.mjs'
import { listen } from './access.mjs'

/** @param {import('../server.mjs').Server} server @param {import('../model.mjs').FakeModel} model */
export default (server, model) => suite('streams', () => {
  before(() => server.use({ MODEL_URL: model.url, MODEL_NAME: 'fake' }))

  const reads = (visitor, text) => visitor.turns.last().locator('.prose').getByText(text).waitFor()

  scene('a reload in the middle, two tabs: all see the whole answer', server, async ({ open }) => {
    const one = await open()
    await one.say('Racontez-moi le pain')
    const call = await model.next()
    for (const word of ['Le ', 'pain ', 'se ', 'pétrit ']) call.say(word)
    await reads(one, 'Le pain se pétrit')
    const two = await one.tab()
    await reads(two, 'Le pain se pétrit')
    await one.page.reload()
    await reads(one, 'Le pain se pétrit')
    for (const word of ['puis ', 'se ', 'cuit.']) call.say(word)
    await reads(two, 'Le pain se pétrit puis se cuit.')
    call.end()
    await over(one.turns.last())
    await over(two.turns.last())
    const texts = await Promise.all([one, two].map((v) => v.log.innerText()))
    assert.equal(texts[0], texts[1])
    assert.match(texts[0], /Racontez-moi le pain/)
    assert.match(texts[0], /Le pain se pétrit puis se cuit\./)
    assert.equal(await one.turns.count(), 1)
  })

  scene('an answer in many words is announced once', server, async ({ open }) => {
    const seeker = await open()
    const heard = await listen(seeker)
    const turn = await seeker.say('Racontez-moi le pain')
    const call = await model.next()
    for (let i = 1; i <= 50; i++) {
      call.say(`mot${i} `)
      if (i % 10 === 0) await turn.locator('.prose').getByText(`mot${i}`).waitFor()
    }
    assert.equal(await turn.locator('.answer').getAttribute('aria-busy'), 'true')
    assert.deepEqual(await heard(), [], 'nothing is announced before the answer is whole')
    call.end()
    await over(turn)
    const said = await heard()
    assert.equal(said.length, 1, said.join('\n'))
    assert.match(said[0], /^Réponse reçue\. mot1 .*mot50/)
  })

  scene('the network goes in the middle of a stream and comes back', server, async ({ open, expect }) => {
    expect(/net::ERR_INTERNET_DISCONNECTED/, /WebSocket connection to .* failed/)
    const seeker = await open()
    const turn = await seeker.say('Racontez-moi le pain')
    const call = await model.next()
    call.say('Le pain se pétrit ')
    await reads(seeker, 'Le pain se pétrit')
    const heard = await listen(seeker)
    await seeker.page.context().setOffline(true)
    await seeker.page.getByText('Vous êtes hors ligne. Votre texte est gardé').waitFor()
    call.say('puis se cuit.')
    call.end()
    await seeker.composer.fill('et le levain ?')
    await seeker.composer.press('Enter')
    await seeker.turns.nth(1).getByText('Envoi dès que la connexion est là').waitFor()
    await seeker.page.context().setOffline(false)
    // Silently: the rest of the answer, then the question that waited.
    await turn.getByText('Le pain se pétrit puis se cuit.').waitFor()
    const next = await model.next()
    next.say('Le levain vit.')
    next.end()
    await over(seeker.turns.nth(1))
    assert.match(await seeker.turns.nth(1).innerText(), /Le levain vit\./)
    assert.equal(await seeker.turns.count(), 2)
    const said = (await heard()).filter(Boolean)
    assert.deepEqual(said.map((s) => s.slice(0, 15)).sort(), ['Réponse reçue. ', 'Réponse reçue. ', 'Vous êtes hors '], said.join('\n'))
  })

  scene('stop ends the run, for everybody, up to the model', server, async ({ open }) => {
    const one = await open({ reducedMotion: 'reduce' })
    await one.say('Une longue histoire')
    const call = await model.next()
    const moving = await one.page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').length)
    assert.equal(moving, 0, 'nothing moves for whoever asked for less motion')
    call.say('Il était une fois ')
    await reads(one, 'Il était une fois')
    const two = await one.tab()
    await reads(two, 'Il était une fois')
    await one.stop.click()
    await call.hungUp
    for (const v of [one, two]) {
      await over(v.turns.last())
      assert.match(await v.turns.last().innerText(), /Il était une fois\s+Réponse arrêtée à votre demande/)
    }
    // By the keyboard, before the first word.
    await two.say('Une autre')
    const second = await model.next()
    await two.page.keyboard.press('Escape')
    await second.hungUp
    await two.turns.last().getByText('Réponse arrêtée à votre demande').waitFor()
    assert.equal(await two.stop.isVisible(), false)

    await two.page.reload()
    await over(two.turns.nth(1))
    assert.match(await two.turns.first().innerText(), /Il était une fois\s+Réponse arrêtée/)
    const third = await two.say('Et maintenant ?')
    const answer = await model.next()
    answer.say('Me revoilà.')
    answer.end()
    assert.match(await (await over(third)).innerText(), /Me revoilà\./)
  })

  scene('a model that fails is replaced, and the page says so', server, async ({ open }) => {
    const seeker = await open()
    const turn = await seeker.say('code rome boulanger svp')
    for (let asked = 0; asked < 3; asked++) (await model.next()).refuse(500)
    await over(turn)
    assert.match(await turn.locator('.prose').innerText(), /D1102/)
    assert.match(plain(await turn.locator('.notice').innerText()), /Le modèle fake ne répond pas.*mode sobre/)
    await turn.getByText('Comment cette réponse a été faite').click()
    const receipt = plain(await turn.locator('.receipt-fold').innerText())
    assert.match(receipt, /mode sobre/)
    assert.match(receipt, /Sans réponse fake \(refus \(code 500\)\)/)
  })

  scene('a model that breaks off in the middle of a word', server, async ({ open }) => {
    const seeker = await open()
    const turn = await seeker.say('code rome boulanger svp')
    const call = await model.next()
    call.say('Le code est D1') // a code is shown when it is whole and was checked
    await reads(seeker, 'Le code est')
    call.cut()
    await over(turn)
    assert.match(await turn.locator('.notice').innerText(), /mode sobre/)
    assert.match(await turn.locator('.prose').last().innerText(), /D1102/)
  })

  scene('a reference that the model made up is marked, and the page says so', server, async ({ open }) => {
    const seeker = await open()
    const turn = await seeker.say('Racontez-moi le pain')
    const call = await model.next()
    for (const piece of ['Voyez [Z9', '999] sur http', 's://faux.example/pain.']) call.say(piece)
    call.end()
    const text = await (await over(turn)).innerText()
    assert.match(text, /Voyez Z9999 \(non vérifié\) sur \(lien retiré\)\./)
    assert.match(plain(await turn.locator('.notice').innerText()), /aucun outil n'a donnée/)
    assert.equal(await turn.locator('.prose a').count(), 0)
  })

  scene('personal data stays here, and comes back in the answer', server, async ({ open }) => {
    const seeker = await open()
    const turn = await seeker.say('Notez mon numéro : 06 39 98 12 34, et mon adresse lea@courriel.example')
    const call = await model.next()
    const sent = JSON.stringify(call.body)
    assert.doesNotMatch(sent, /39 ?98|lea@courriel/)
    const [tel] = sent.match(/\[TEL[^\]]*\]/) ?? assert.fail(`no placeholder in ${sent.slice(-600)}`)
    call.say('Je note : ')
    for (const c of tel) call.say(c)
    call.say('.')
    call.end()
    assert.match(await (await over(turn)).innerText(), /Je note : 06 39 98 12 34\./)
  })
})
