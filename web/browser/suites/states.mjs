// Every page and every state of the conversation, in the light and in the dark,
// with what axe-core finds (nothing); and what a screen reader is given of a
// conversation, word for word: GOLDEN=1 writes that file again.
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { before, suite } from 'node:test'
import { measuring } from '../desk.mjs'
import { axe, over, scene, status } from '../page.mjs'
import { root } from '../server.mjs'
import { illegal } from './answers.mjs'

const golden = path.join(import.meta.dirname, '../golden/conversation.yml')

/** @param {import('../server.mjs').Server} server @param {import('../model.mjs').FakeModel} model */
export default (server, model) => suite('states', () => {
  /** @param {import('../page.mjs').Visitor} v @param {string} state */
  const clean = async (v, state) => {
    assert.deepEqual(await axe(v.page), [], state)
    assert.deepEqual(await v.wide(), [], state)
  }

  suite('with a model that speaks when told to', () => {
    before(() => server.use({ MODEL_URL: model.url, MODEL_NAME: 'fake' }))

    scene('what a screen reader is given', server, async ({ open }) => {
      const seeker = await open({ reducedMotion: 'reduce', viewport: { width: 1280, height: 1200 } })
      await seeker.say('Que dit la charte sur le contrôle humain ?')
      const tool = await model.next()
      tool.use('search_charter', { principle: 2 })
      const call = await model.next()
      call.say('## En bref\n\nLa décision reste à une **personne** [charte 2] :\n\n- elle relit ;\n- elle tranche.\n\n<img src=x onerror=alert(1)>')
      call.end()
      await over(seeker.turns.first())
      await seeker.say('Et ensuite ?')
      const second = await model.next()
      second.say('Ensuite')
      await seeker.turns.nth(1).getByText('Ensuite', { exact: true }).waitFor()
      await seeker.page.keyboard.press('Escape')
      await over(seeker.turns.nth(1))
      await seeker.page.locator('.more').waitFor({ state: 'hidden' }) // what is shown depends on how far one has scrolled
      const tree = `${await seeker.page.locator('tandem-chat').ariaSnapshot()}\n`
      if (process.env.GOLDEN) writeFileSync(golden, tree)
      assert.equal(tree, readFileSync(golden, 'utf8'))
    })

    for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
      scene(`on its way, stopped, failed, cut off, ${colorScheme}`, server, async ({ open, expect }) => {
        expect(/net::ERR_INTERNET_DISCONNECTED/, /WebSocket connection to .* failed/)
        const seeker = await open({ colorScheme, viewport: { width: 320, height: 640 } })
        await seeker.say('Racontez-moi le pain')
        const call = await model.next()
        await clean(seeker, 'thinking')
        call.say('Le pain `se` **pétrit**.\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n> cité\n\n```\ncode\n```\n')
        await seeker.turns.last().getByText('pétrit').waitFor()
        await clean(seeker, 'streaming')
        await seeker.stop.click()
        await over(seeker.turns.last())
        await clean(seeker, 'stopped')
        const failed = await seeker.say('x'.repeat(200_001))
        await over(failed)
        await clean(seeker, 'refused')
        await seeker.page.context().setOffline(true)
        await seeker.page.getByText('Vous êtes hors ligne').waitFor()
        await clean(seeker, 'offline')
      })
    }
  })

  suite('with the built-in model', () => {
    before(() => server.use({}))

    scene('in English, with answers that say they are French', server, async ({ open, expect }) => {
      expect(measuring)
      const v = await open({ address: '/?lang=en' })
      assert.equal(await v.page.locator('html').getAttribute('lang'), 'en')
      await v.page.getByLabel('Your message').fill('code rome boulanger svp')
      await v.page.getByRole('button', { name: 'Send', exact: true }).click()
      const turn = await over(v.turns.first())
      await turn.locator('.card').waitFor()
      assert.equal(await turn.locator('.prose').evaluate((el) => el.closest('[lang]').getAttribute('lang')), 'fr')
      assert.equal(await turn.getByRole('button', { name: 'Not useful' }).evaluate((el) => el.closest('[lang]').getAttribute('lang')), 'en')
      await v.page.getByRole('button', { name: 'My data' }).click()
      await v.page.getByRole('dialog', { name: 'My data' }).getByText('I refuse AI').waitFor()
      await v.page.keyboard.press('Escape')
      assert.deepEqual(await axe(v.page), [])
      const said = await v.page.locator('tandem-chat').evaluate((el) => [...el.shadowRoot.querySelectorAll('button, label, h2, summary')].map((b) => `${b.textContent} ${b.getAttribute('aria-label') ?? ''}`).join(' | '))
      assert.doesNotMatch(said, /Votre|Envoyer|Vous\b|Joindre|Copier|Parler/)
      await v.page.getByRole('link', { name: 'My profile' }).click()
      await v.page.getByRole('heading', { name: 'My skills profile' }).waitFor()
      assert.deepEqual(await axe(v.page), [])
      await v.page.goto(`${server.url}/?lang=en`)
      await v.page.locator('#role').selectOption('counsellor')
      await v.page.locator('tandem-chat[data-role=counsellor]').waitFor()
      await v.page.getByRole('link', { name: 'Requests' }).click()
      await v.page.getByRole('heading', { name: 'People’s requests' }).waitFor()
      assert.deepEqual(await axe(v.page), [])
      await v.page.goto(`${server.url}/?lang=en`)
      await v.page.getByRole('link', { name: 'Français' }).click()
      await v.page.getByLabel('Votre message').waitFor()
      assert.equal(await v.page.locator('html').getAttribute('lang'), 'fr')
    })

    for (const [colorScheme, width] of /** @type {['light' | 'dark', number][]} */ ([['light', 1280], ['dark', 320]])) {
      const look = { colorScheme, viewport: { width, height: 800 } }

      scene(`a seeker’s conversation, ${colorScheme}, ${width} px`, server, async ({ open }) => {
        const v = await open(look)
        await clean(v, 'empty')
        await v.join(path.join(root, 'testdata/cv/deux-colonnes.pdf'))
        await clean(v, 'a file joined')
        await v.composer.press('Enter')
        const turn = await over(v.turns.first())
        await turn.getByRole('button', { name: 'Voir dans le texte' }).click()
        await turn.locator('.reader').waitFor()
        await clean(v, 'skills, with the text')
        const second = await v.ask('code rome boulanger svp')
        await second.locator('.source').first().click()
        await second.getByText('Comment cette réponse a été faite').click()
        await second.getByRole('button', { name: 'Pas utile' }).click()
        await v.page.getByRole('button', { name: 'Modifier ma question' }).last().click()
        await clean(v, 'a source, a receipt, an opinion, a question being changed')
        for (const name of ['Parler à un conseiller', 'Mes conversations', 'Mes données']) {
          await v.page.getByRole('button', { name, exact: true }).click()
          await v.page.getByRole('dialog', { name }).waitFor()
          await clean(v, name)
          await v.page.keyboard.press('Escape')
          await v.page.getByRole('dialog', { name }).waitFor({ state: 'hidden' })
        }
      })

      scene(`a recruiter’s and a counsellor’s, ${colorScheme}, ${width} px`, server, async ({ open }) => {
        const v = await open({ ...look, role: 'recruiter' })
        await clean(v, 'empty')
        const offer = await v.ask(illegal)
        await offer.locator('.card-legality .finding').first().waitFor()
        await clean(v, 'the workshop')
        await offer.getByRole('button', { name: 'Modifier le texte' }).click()
        await offer.getByRole('button', { name: 'Je conteste' }).first().click()
        await clean(v, 'the workshop, being changed and contested')
        const delay = await v.ask('cette offre va mettre combien de temps ?')
        await delay.locator('.card-delay').waitFor()
        await clean(v, 'a forecast')
        await v.become('counsellor')
        const list = await v.ask('mes offres à plus de 65 %')
        await list.locator('.card-list').waitFor()
        await clean(v, 'a list of offers')
      })

      scene(`the pages around, ${colorScheme}, ${width} px`, server, async ({ open, expect }) => {
        expect(status(404))
        const v = await open({ ...look, role: 'counsellor' })
        for (const address of ['/contestations', '/profils', '/demandes', '/mes-donnees', '/accessibilite', '/registre', '/rome/D1102', '/simple', '/profil/simple', '/nulle-part']) {
          await v.page.goto(server.url + address)
          await v.page.getByRole('heading', { level: 1 }).first().waitFor()
          await clean(v, address)
        }
      })
    }
  })

  scene('the keyboard alone reaches and leaves every panel', server, async ({ open }) => {
    const v = await open()
    await v.ask('code rome boulanger svp')
    const focused = () => v.page.evaluate(() => {
      let el = document.activeElement
      while (el?.shadowRoot?.activeElement) el = el.shadowRoot.activeElement
      return el?.getAttribute('aria-label') ?? el?.textContent?.trim() ?? ''
    })
    const tabTo = async (/** @type {string} */ name, key = 'Tab') => {
      for (let presses = 0; await focused() !== name; presses++) {
        assert.ok(presses < 120, `${name} is out of reach of ${key}`)
        await v.page.keyboard.press(key)
      }
    }
    for (const name of ['Mes conversations', 'Mes données', 'Parler à un conseiller']) {
      await tabTo(name, name === 'Mes conversations' ? 'Shift+Tab' : 'Tab')
      await v.page.keyboard.press('Enter')
      const panel = v.page.getByRole('dialog', { name })
      await panel.waitFor()
      for (let i = 0; i < 12; i++) {
        await v.page.keyboard.press('Tab')
        assert.ok(await panel.evaluate((el) => { const at = el.getRootNode().activeElement; return !at || el.contains(at) }), `the focus stays in ${name}`)
      }
      await v.page.keyboard.press('Escape')
      await panel.waitFor({ state: 'hidden' })
      assert.equal(await focused(), name, 'the focus comes back')
    }
    // From the answer: a source opens, an opinion is given, the question is said better.
    await tabTo('Modifier ma question')
    await v.page.keyboard.press('Enter')
    await v.page.keyboard.press('Control+A')
    await v.page.keyboard.type('code rome plombier svp')
    await tabTo('Renvoyer')
    await v.page.keyboard.press('Enter')
    await v.turns.first().getByText('F1603').first().waitFor()
    await over(v.turns.first())
    await tabTo('Utile')
    await v.page.keyboard.press('Space')
    await v.turns.first().locator('.tool[aria-pressed=true]').waitFor()
    assert.equal(await focused(), 'Utile', 'the focus stays')
  })
})
