// Every flow of every role by the keyboard alone, 320 pixels wide, with less
// motion: nothing here clicks, and nothing gets the focus that Tab or the page
// did not give it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { before, suite } from 'node:test'
import { Keyboard } from '../keyboard.mjs'
import { over, scene } from '../page.mjs'
import { root } from '../server.mjs'
import work from './keys-work.mjs'

const cv = path.join(root, 'testdata/cv/deux-colonnes.pdf')

/** @param {import('../server.mjs').Server} server @param {import('../model.mjs').FakeModel} model */
export default (server, model) => suite('keys', () => {
  suite('a seeker', () => {
    before(() => server.use({}))

    scene('asks, reads a source, asks again and otherwise, gives an opinion', server, async ({ open }) => {
      const k = await Keyboard.open(open)
      const { v, page } = k
      await k.calm('welcome')
      await k.press(page.getByRole('button', { name: /^Trouver un code ROME/ }))
      const first = await over(v.turns.first())
      await first.locator('.card').waitFor()
      await k.calm('an answer')

      const source = first.locator('.source').first()
      await k.press(source)
      await first.locator('.passage').waitFor()
      await k.reach(k.named('Ouvrir la source (nouvel onglet)', 'link', first))
      await k.calm('a source')
      await k.press(source)
      await first.locator('.passage').waitFor({ state: 'hidden' })

      await k.press(k.named('Refaire'))
      await first.getByText('D1102').first().waitFor()
      await over(v.turns.first())
      await k.write(v.composer, 'code rome boucher svp')
      await k.press(v.composer)
      const second = await over(v.turns.nth(1))
      await second.locator('.card').waitFor()
      // From where one writes, to the end of the answer and back.
      const down = page.getByRole('button', { name: 'Aller à la suite de la réponse' })
      await k.reach(down)
      for (let presses = 0; await down.isVisible(); presses++) {
        assert.ok(presses < 100, 'the answer has no end')
        await page.keyboard.press('Enter')
        await page.evaluate(() => new Promise(requestAnimationFrame))
      }
      await k.calm('the end of an answer')

      await k.press(page.getByRole('button', { name: 'Modifier ma question' }).last())
      const field = page.getByLabel('Votre question, corrigée')
      await k.write(field, 'code rome plombier svp')
      await k.calm('a question being changed')
      await k.press(k.named('Renvoyer'))
      await v.turns.nth(1).getByText('F1603').first().waitFor()
      await over(v.turns.nth(1))

      await k.press(k.named('Plus simple', 'button', v.turns.nth(1)))
      await over(v.turns.nth(2))

      const judged = v.turns.nth(2)
      await k.press(k.named('Pas utile', 'button', judged))
      await k.press(judged.getByLabel('Pas clair'), 'Space')
      await k.write(judged.getByLabel('Précisez si vous le souhaitez'), 'Trop de sigles.')
      await k.calm('an opinion')
      await k.press(k.named('Envoyer l’avis', 'button', judged))
      await judged.getByText('Merci, votre avis est noté.').waitFor()
      await k.press(k.named('Utile', 'button', v.turns.first()), 'Space')
      await v.turns.first().locator('.tool[aria-pressed=true]').waitFor()
      await k.press(judged.getByText('Comment cette réponse a été faite'))
      await judged.locator('.receipt').waitFor()
      await k.calm('a receipt')
    })

    scene('joins a CV, decides on what it says, in the conversation and on the page of the profile', server, async ({ open }) => {
      const k = await Keyboard.open(open)
      const { v, page } = k
      await k.give(page.getByRole('button', { name: /^Joindre un fichier/ }), cv)
      await v.attachment.getByText(/caractères lus/).waitFor()
      await k.calm('a file joined')
      await k.press(v.composer)
      const turn = await over(v.turns.first())
      const card = turn.locator('.card-skills')
      await card.locator('.proposal').first().waitFor()
      const choices = (/** @type {string} */ verb) => card.getByRole('button', { name: new RegExp(`^${verb} : `) })
      await k.press(choices('Accepter').nth(1))
      await k.press(choices('Refuser').nth(2))
      await card.getByText('Votre profil : 1 acceptée, 1 refusée.').waitFor()
      await k.press(card.locator('button.quote').first())
      await card.locator('.reader mark.here').first().waitFor()
      await k.press(card.getByRole('button', { name: 'Masquer le texte' }))
      await k.calm('skills')

      await k.follow(k.named('Mon profil', 'link'))
      const decide = page.locator('.decide')
      await decide.locator('.proposal').first().waitFor()
      const total = await decide.locator('.proposal').count()
      await k.press(decide.getByRole('button', { name: /^Accepter : / }).first())
      for (let n = 1; n < 4; n++) await page.keyboard.press('Enter') // the focus goes on to the next
      await k.press(decide.getByRole('button', { name: /^Refuser : / }).first())
      await page.locator('.last').getByText(/^Refusée : /).waitFor()
      await k.press(page.locator('.last').getByRole('button', { name: /^Annuler : / }))
      assert.equal(await decide.locator('.proposal').count(), total - 4)
      await k.press(decide.getByRole('button', { name: /^Modifier : / }).first())
      await decide.getByRole('button', { name: /^Choisir : / }).first().waitFor()
      await k.calm('a proposal being changed')
      await k.press(decide.getByRole('button', { name: /^Choisir : / }).first())

      await k.write(page.getByLabel('Chercher une compétence ou un métier'), 'anglais')
      await page.keyboard.press('Enter')
      await k.press(page.locator('.add').getByRole('button', { name: /^Ajouter : / }).first())
      await k.press(page.locator('.kept').getByRole('button', { name: /^Monter : / }).last())
      await k.press(page.locator('.kept').getByRole('button', { name: /^Retirer : / }).last())
      await k.press(page.locator('.kept').getByText('Ce que j’ai refusé'))
      await k.press(page.locator('.kept').getByRole('button', { name: /^Remettre à décider : / }).first())
      await k.press(k.named('Chercher des métiers'))
      await page.locator('.career').first().waitFor()
      await k.press(page.locator('.career .missing button').first())
      await k.calm('a profile')

      const [file] = await Promise.all([page.waitForEvent('download'), k.press(k.named('Données (JSON)', 'link'))])
      assert.ok(JSON.parse(readFileSync(await file.path(), 'utf8')).skills.length >= 4)
      await k.press(page.getByLabel(/^J’accepte que le conseiller/), 'Space')
      await k.press(k.named('Créer le code'))
      await page.locator('.share-code').waitFor()
      await k.press(k.named('Retirer mon accord'))
      await page.getByLabel(/^J’accepte que le conseiller/).waitFor()
      await k.press(k.named('Effacer mon profil'))
      await k.calm('about to erase')
      await k.press(k.named('Effacer mon profil', 'button', page.getByRole('dialog')))
      await page.getByText('Par où commencer ?').waitFor()
      await k.give(page.locator('.start input[type=file]'), cv)
      await decide.locator('.proposal').first().waitFor()
      await k.press(decide.getByRole('button', { name: /^Accepter : / }).first())
    })

    scene('finds, names, takes away, deletes and keeps conversations; takes, refuses AI, erases', server, async ({ open }) => {
      const k = await Keyboard.open(open)
      const { v, page } = k
      for (const job of ['boulanger', 'plombier']) {
        await k.write(v.composer, `code rome ${job} svp`)
        await k.press(v.composer)
        await over(v.turns.first())
        if (job === 'plombier') break
        await k.press(k.named('Mes conversations'))
        await k.press(k.named('Nouvelle conversation', 'button', page.getByRole('dialog')))
        await page.getByRole('heading', { name: 'Bonjour.' }).waitFor()
      }
      await k.press(k.named('Mes conversations'))
      const panel = page.getByRole('dialog', { name: 'Mes conversations' })
      const rows = panel.getByRole('listitem')
      await rows.nth(1).waitFor()
      await k.calm('conversations')
      await k.write(panel.getByLabel('Chercher un mot'), 'boulanger')
      await panel.getByText('1 conversation trouvée').waitFor()
      await k.press(panel.getByRole('button', { name: /^Renommer : / }))
      await k.calm('a conversation being named')
      await k.write(panel.getByLabel('Nouveau titre'), 'Mon fournil')
      await k.press(k.named('Enregistrer', 'button', panel))
      const [file] = await Promise.all([page.waitForEvent('download'), k.press(panel.getByRole('link', { name: 'Emporter en texte (Markdown) : Mon fournil' }))])
      assert.match(readFileSync(await file.path(), 'utf8'), /^# Mon fournil/)
      await k.press(panel.getByRole('button', { name: 'Supprimer : Mon fournil' }))
      await k.press(k.named('Annuler la suppression', 'button', panel))
      await k.press(k.named('Mon fournil', 'button', panel))
      await v.turns.first().getByText('D1102').first().waitFor()
      await k.press(k.named('Mes conversations'))
      await k.press(panel.getByRole('button', { name: 'Supprimer : Mon fournil' }))
      await k.press(panel.getByLabel('Fermer'))
      await page.getByRole('heading', { name: 'Bonjour.' }).waitFor()

      await k.press(k.named('Mes données'))
      const data = page.getByRole('dialog', { name: 'Mes données' })
      const [all] = await Promise.all([page.waitForEvent('download'), k.press(k.named('Tout emporter', 'link', data))])
      assert.match(readFileSync(await all.path(), 'utf8'), /plombier/)
      await k.press(data.getByLabel('Je refuse l’IA'), 'Space')
      await data.getByText('C’est noté : l’assistant se tait.').waitFor()
      await k.press(data.getByLabel('Je refuse l’IA'), 'Space')
      await data.getByText('L’assistant peut de nouveau répondre.').waitFor()
      await k.press(k.named('Tout effacer', 'button', data))
      await k.calm('about to erase')
      await k.press(k.named('Effacer maintenant', 'button', data))
      await data.getByText('C’est fait : tout est effacé.').waitFor()
      await page.keyboard.press('Escape')
      await data.waitFor({ state: 'detached' })
      await k.reach(v.composer)
    })
  })

  work(server)

  suite('with a model that speaks when told to', () => {
    before(() => server.use({ MODEL_URL: model.url, MODEL_NAME: 'fake' }))

    scene('a seeker stops an answer, and tries again one that failed', server, async ({ open }) => {
      const k = await Keyboard.open(open)
      const { v, page } = k
      await k.write(v.composer, 'Racontez-moi le pain')
      await k.press(v.composer)
      const call = await model.next()
      await k.calm('thinking')
      call.say('Il était une fois ')
      await v.turns.first().getByText('Il était une fois').waitFor()
      await k.calm('an answer on its way')
      await k.press(v.stop)
      await call.hungUp
      await v.turns.first().getByText('Réponse arrêtée à votre demande').waitFor()
      await k.press(k.named('Refaire'))
      const second = await model.next()
      second.say('Le pain lève.')
      await v.turns.first().getByText('Le pain lève.').waitFor()
      await page.keyboard.press('Escape') // from where one reads
      await second.hungUp
      await k.write(v.composer, 'x'.repeat(200_001))
      await k.press(v.composer)
      await over(v.turns.nth(1))
      await k.calm('refused')
      await k.press(k.named('Réessayer'))
      await over(v.turns.nth(2))
      await k.reach(v.composer)
    })
  })
})
