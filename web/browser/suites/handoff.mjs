// From the assistant to a counsellor and back, in two browsers: what is passed
// on is shown and agreed to, the assistant is silent meanwhile, and a cut on
// either side loses nothing.
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import { Bureau } from '../bureau.mjs'
import { axe, plain, scene, shot, status } from '../page.mjs'
import { listen } from './access.mjs'

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('handoff', () => {
  const cut = [/net::ERR_/, /WebSocket connection to .* failed/, status(502, 503)]

  /** Asks for a counsellor by the dialogue. @param {import('../page.mjs').Visitor} v @param {string} reason @param {boolean} consent */
  async function request(v, reason, consent = true) {
    await v.page.getByRole('button', { name: 'Parler à un conseiller' }).click()
    const dialogue = v.page.getByRole('dialog', { name: 'Parler à un conseiller' })
    await dialogue.getByLabel('Votre demande, en quelques mots').fill(reason)
    if (consent) await dialogue.getByRole('checkbox').check()
    await dialogue.getByRole('button', { name: 'Envoyer la demande' }).click()
    await v.page.locator('.presence').getByText(/demande est (transmise|enregistrée)/).waitFor()
  }

  scene('a person asks, a counsellor joins, they talk, the assistant comes back', server, async ({ open }) => {
    const seeker = await open()
    const desk = await Bureau.open(open, 'Dominique')
    await desk.page.getByText('Personne n’attend.').waitFor()
    await seeker.ask('code rome boulanger svp')

    // What will be passed on is shown, and the person's to change.
    await seeker.page.getByRole('button', { name: 'Parler à un conseiller' }).click()
    const dialogue = seeker.page.getByRole('dialog', { name: 'Parler à un conseiller' })
    const summary = dialogue.getByLabel('Ce que le conseiller recevra')
    assert.match(await summary.inputValue(), /code rome boulanger svp[^]*fiche métier[^]*D1102/)
    assert.equal(await dialogue.getByRole('checkbox').isChecked(), false)
    await summary.fill('Je cherche un fournil.')
    await dialogue.getByLabel('Votre demande, en quelques mots').fill('Changer de métier')
    await dialogue.getByRole('checkbox').check()
    await shot(seeker, 'handoff-dialogue', dialogue)
    await dialogue.getByRole('button', { name: 'Envoyer la demande' }).click()
    await seeker.page.locator('.presence').getByText('Votre demande est transmise à un conseiller.').waitFor()

    // It comes to the desk by itself.
    const waiting = desk.waiting('Changer de métier')
    await waiting.waitFor()
    assert.match(plain(await waiting.innerText()), /Candidat.*Changer de métier.*Je cherche un fournil\./)
    assert.equal(await desk.page.title(), '(1) Demandes des personnes – Tandem')
    await shot(desk, 'handoff-desk-waiting')
    await desk.take('Changer de métier')
    await seeker.page.locator('.presence').getByText('Dominique a rejoint la conversation. L’assistant se tait.').waitFor()
    await desk.log.getByText('D1102').first().waitFor()
    assert.match(await desk.log.innerText(), /code rome boulanger svp[^]*D1102/)

    // Both speak; each is told who does, once a message; the assistant says nothing.
    const [heard, there] = [await listen(seeker), await desk.listen()]
    await desk.say('Bonjour, quel est votre projet ?')
    const said = seeker.log.getByRole('article', { name: 'Dominique, conseiller' })
    await said.getByText('Bonjour, quel est votre projet ?').waitFor()
    const turn = await seeker.ask('code rome boucher svp')
    await turn.getByText('Transmis à votre conseiller.').waitFor()
    await desk.log.getByText('code rome boucher svp').waitFor()
    assert.equal(await seeker.log.getByRole('article', { name: 'Assistant (IA)' }).count(), 1, 'the assistant answered meanwhile')
    // What is announced comes a frame after what is drawn.
    await seeker.page.waitForFunction(() => window.said.length >= 2)
    await desk.page.waitForFunction(() => window.said.length >= 1)
    assert.match(plain((await heard()).join(' | ')), /^Dominique, conseiller Bonjour, quel est votre projet \? \| Transmis à Dominique\.$/)
    assert.deepEqual((await there()).map(plain), ['La personne écrit : code rome boucher svp'])
    await shot(seeker, 'handoff-talk')
    await shot(desk, 'handoff-desk-talk')

    // The end is told to both, and the assistant answers again.
    await desk.page.getByRole('button', { name: 'Terminer et rendre la conversation à l’assistant' }).click()
    await desk.page.getByText('Vous avez terminé').waitFor()
    assert.match(await desk.focused(), /Vous avez terminé/)
    await seeker.page.locator('.presence').getByText('L’assistant répond de nouveau.').waitFor()
    assert.match(await (await seeker.ask('et pour un boulanger ?')).innerText(), /D1102/)
    await desk.page.getByText('Personne n’attend.').waitFor()
    // A reload tells the same story.
    const before = await seeker.log.innerText()
    await seeker.page.reload()
    await said.getByText('Bonjour').waitFor()
    await seeker.turns.nth(4 - 1).locator('.prose').first().waitFor()
    assert.equal(plain(await seeker.log.innerText()), plain(before))
  })

  scene('a cut on either side loses nothing and says nothing twice', server, async ({ open, expect }) => {
    expect(...cut)
    const seeker = await open()
    const desk = await Bureau.open(open, 'Camille')
    await request(seeker, 'Une coupure')
    await desk.take('Une coupure')
    await seeker.page.locator('.presence').getByText('Camille a rejoint').waitFor()

    // The person is away while the counsellor speaks, and writes all the same.
    await seeker.page.context().setOffline(true)
    await seeker.page.getByText('Vous êtes hors ligne').waitFor()
    await desk.say('Vous m’entendez ?')
    await seeker.say('Je suis dans le train')
    await seeker.page.context().setOffline(false)
    await seeker.log.getByText('Vous m’entendez ?').waitFor()
    await desk.log.getByText('Je suis dans le train').waitFor()

    // The counsellor is away while the person speaks.
    await desk.page.context().setOffline(true)
    await desk.text.fill('Je vous écoute')
    await desk.text.press('Enter')
    await desk.page.getByRole('alert').getByText(/ne répond pas/).first().waitFor()
    assert.equal(await desk.text.inputValue(), 'Je vous écoute', 'what was typed stays')
    await seeker.say('Toujours là')
    await desk.page.context().setOffline(false)
    await desk.log.getByText('Toujours là').waitFor()
    await desk.text.press('Enter')
    await seeker.log.getByText('Je vous écoute').waitFor()

    // The server dies under both.
    await server.kill()
    await seeker.page.getByText('La connexion est coupée').waitFor()
    await seeker.say('Pendant la panne')
    await server.start()
    await desk.log.getByText('Pendant la panne').waitFor()
    await desk.say('Me revoilà')
    await seeker.log.getByText('Me revoilà').waitFor()
    for (const text of ['Vous m’entendez ?', 'Je suis dans le train', 'Je vous écoute', 'Toujours là', 'Pendant la panne', 'Me revoilà']) {
      assert.equal(await seeker.log.getByText(text, { exact: true }).count(), 1, `the person reads « ${text} »`)
      assert.equal(await desk.log.getByText(text, { exact: true }).count(), 1, `the counsellor reads « ${text} »`)
    }
    // The counsellor's page is closed and opened again: the conversation is still theirs.
    await desk.page.reload()
    await desk.page.getByRole('button', { name: /^Reprendre la conversation/ }).click()
    await desk.log.getByText('Me revoilà').waitFor()
    await seeker.page.getByRole('button', { name: 'Revenir à l’assistant' }).click()
    await desk.page.getByText('La personne a repris la conversation').waitFor()
    assert.match(await (await seeker.ask('code rome boulanger svp')).innerText(), /D1102/)
  })

  scene('without consent the counsellor reads nothing of before; two counsellors do not take the same', server, async ({ open, expect }) => {
    expect(status(404))
    const seeker = await open()
    await seeker.ask('code rome boulanger svp')
    const [one, two] = [await Bureau.open(open, 'Alix'), await Bureau.open(open, 'Noor')]
    await request(seeker, 'Mon secret', false)
    await one.waiting('n’a pas donné son accord').waitFor()
    await two.waiting('n’a pas donné son accord').waitFor()
    assert.doesNotMatch(await one.page.locator('main').innerText(), /secret|boulanger/)
    await one.take('')
    await one.log.waitFor()
    await two.page.getByText('Personne n’attend.').waitFor()
    await seeker.page.locator('.presence').getByText('Alix a rejoint').waitFor()
    await seeker.say('Je vous parle maintenant')
    await one.log.getByText('Je vous parle maintenant').waitFor()
    assert.doesNotMatch(await one.log.innerText(), /boulanger/)
    // Who erases everything ends it too.
    await seeker.page.request.delete(`${server.url}/api/session`, { headers: { 'X-Tandem': '1' } })
    await one.page.getByText('La personne a repris la conversation avec l’assistant, ou l’a effacée.').waitFor()
  })

  scene('a request is taken back', server, async ({ open }) => {
    const recruiter = await open({ role: 'recruiter' })
    const desk = await Bureau.open(open, 'Sacha')
    await request(recruiter, 'Mon offre est bloquée')
    assert.match(await desk.waiting('Mon offre est bloquée').innerText(), /Recruteur/)
    await recruiter.page.getByRole('button', { name: 'Retirer ma demande' }).click()
    await desk.page.getByText('Personne n’attend.').waitFor()
    await recruiter.page.locator('.presence').waitFor({ state: 'hidden' })
  })

  scene('the desk by the keyboard alone', server, async ({ open }) => {
    const seeker = await open()
    const desk = await Bureau.open(open, 'Lou')
    await request(seeker, 'Au clavier')
    await desk.waiting('Au clavier').waitFor()
    await desk.tabTo(/^Prendre la conversation : Au clavier/)
    await desk.page.keyboard.press('Enter')
    await desk.log.waitFor()
    assert.ok(await desk.text.evaluate((el) => el.getRootNode().activeElement === el), 'the focus goes to the answer')
    await desk.page.keyboard.type('Bonjour')
    await desk.page.keyboard.press('Enter')
    await seeker.log.getByText('Bonjour', { exact: true }).waitFor()
    await desk.tabTo(/^Terminer et rendre/)
    await desk.page.keyboard.press('Enter')
    await desk.page.getByText('Vous avez terminé').waitFor()
  })

  for (const scheme of /** @type {const} */ (['light', 'dark'])) {
    for (const width of [320, 768, 1280]) {
      scene(`${width} pixels wide, ${scheme}: no breach of WCAG in any state`, server, async ({ open }) => {
        const options = { viewport: { width, height: 800 }, colorScheme: scheme }
        const seeker = await open(options)
        const desk = await Bureau.open(open, 'Charlie', options)
        const look = async (/** @type {any} */ v, /** @type {string} */ name) => {
          assert.deepEqual(await axe(v.page), [], name)
          assert.deepEqual(await v.wide(), [], name)
          await shot(v, `handoff-${name}-${width}-${scheme}`)
        }
        await look(desk, 'desk-empty')
        await seeker.ask('code rome boulanger svp')
        await seeker.page.getByRole('button', { name: 'Parler à un conseiller' }).click()
        await look(seeker, 'dialogue')
        await seeker.page.keyboard.press('Escape')
        const reason = `Trouver un fournil (${width}, ${scheme})`
        await request(seeker, reason)
        await look(seeker, 'asked')
        await desk.waiting(reason).waitFor()
        await look(desk, 'desk-waiting')
        await desk.take(reason)
        await desk.log.getByText('D1102').first().waitFor()
        await desk.say('Bonjour. Un fournil à Nantes vous irait-il ?')
        await seeker.log.getByText('Un fournil à Nantes').waitFor()
        await look(seeker, 'talk')
        await look(desk, 'desk-talk')
      })
    }
  }

  suite('out of hours', () => {
    scene('says so, and keeps the request', server, async ({ open, expect }) => {
      expect(...cut) // the pages are still there when the server changes its hours again
      await server.use({ HOURS: 'jamais' })
      try {
        const seeker = await open()
        await seeker.page.getByRole('button', { name: 'Parler à un conseiller' }).click()
        const dialogue = seeker.page.getByRole('dialog', { name: 'Parler à un conseiller' })
        assert.match(plain(await dialogue.innerText()), /Aucun conseiller n’est là à cette heure\..*Vous pouvez laisser votre demande.*3949/)
        await dialogue.getByRole('checkbox').check()
        await dialogue.getByRole('button', { name: 'Envoyer la demande' }).click()
        await seeker.page.locator('.presence').getByText('Votre demande est enregistrée, mais aucun conseiller n\'est là à cette heure.').waitFor()
        const desk = await Bureau.open(open, 'Dany')
        await desk.page.getByRole('button', { name: /^Prendre la conversation/ }).first().waitFor()
      } finally {
        await server.use({})
      }
    })
  })
})
