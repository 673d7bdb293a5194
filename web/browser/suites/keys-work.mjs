// What recruiters and counsellors do by the keyboard alone: a part of keys.mjs.
import assert from 'node:assert/strict'
import { before, suite } from 'node:test'
import { Keyboard } from '../keyboard.mjs'
import { bring, slow } from '../offers.mjs'
import { over, plain, scene } from '../page.mjs'
import { three } from './workshop.mjs'

/** @param {import('../server.mjs').Server} server */
export default (server) => {
  suite('a seeker and a counsellor', () => {
    before(() => server.use({}))

    scene('one asks for the other, they talk, the assistant comes back', server, async ({ open }) => {
      const seeker = await Keyboard.open(open)
      const counsellor = await Keyboard.open(open, { role: 'counsellor' })
      const desk = counsellor.page
      await counsellor.press(desk.getByText('Menu', { exact: true }))
      await counsellor.calm('the menu')
      await counsellor.follow(counsellor.named('Demandes', 'link'))
      await counsellor.write(desk.getByLabel('Le nom que la personne verra'), 'Dominique')

      const { v, page } = seeker
      await seeker.write(v.composer, 'code rome boulanger svp')
      await seeker.press(v.composer)
      await over(v.turns.first())
      const request = async (/** @type {string} */ reason) => {
        await seeker.press(seeker.named('Parler à un conseiller'))
        const dialogue = page.getByRole('dialog', { name: 'Parler à un conseiller' })
        await seeker.write(dialogue.getByLabel('Votre demande, en quelques mots'), reason)
        await seeker.write(dialogue.getByLabel('Ce que le conseiller recevra'), 'Je cherche un fournil.')
        await seeker.press(dialogue.getByRole('checkbox'), 'Space')
        await seeker.calm('the request')
        await seeker.press(seeker.named('Envoyer la demande', 'button', dialogue))
        await page.locator('.presence').getByText('Votre demande est transmise').waitFor()
      }
      await request('Retirée aussitôt')
      await seeker.press(seeker.named('Retirer ma demande'))
      await page.locator('.presence').waitFor({ state: 'hidden' })
      await request('Changer de métier, au clavier')

      await counsellor.press(desk.getByRole('button', { name: 'Prendre la conversation : Changer de métier, au clavier' }))
      const reply = desk.getByLabel('Votre message à la personne')
      await counsellor.write(reply, 'Bonjour, quel est votre projet ?')
      await counsellor.press(reply)
      await v.log.getByText('Bonjour, quel est votre projet ?').waitFor()
      await seeker.write(v.composer, 'Ouvrir un fournil')
      await seeker.press(v.composer)
      await desk.getByRole('log').getByText('Ouvrir un fournil').waitFor()
      await counsellor.reach(desk.getByRole('log')) // to read it again
      await counsellor.press(desk.getByText('Ce que la personne a transmis'))
      await counsellor.calm('a talk, at the desk')
      await seeker.calm('a talk')
      await counsellor.press(counsellor.named('Terminer et rendre la conversation à l’assistant'))
      await desk.getByText('Vous avez terminé').waitFor()
      await page.locator('.presence').getByText('L’assistant répond de nouveau.').waitFor()
      await counsellor.reach(desk.getByLabel('Le nom que la personne verra'))

      await request('Encore un mot')
      await counsellor.press(desk.getByRole('button', { name: 'Prendre la conversation : Encore un mot' }))
      await page.locator('.presence').getByText('Dominique a rejoint').waitFor()
      await seeker.press(seeker.named('Revenir à l’assistant'))
      await desk.getByText('La personne a repris la conversation').waitFor()
      await counsellor.follow(counsellor.named('Conversation', 'link'))
    })

    scene('shows a profile by its code', server, async ({ open }) => {
      const seeker = await Keyboard.open(open, { address: '/profil' })
      await seeker.write(seeker.page.getByLabel('Chercher une compétence ou un métier'), 'anglais')
      await seeker.page.keyboard.press('Enter')
      await seeker.press(seeker.page.locator('.add').getByRole('button', { name: /^Ajouter : / }).first())
      await seeker.press(seeker.page.getByLabel(/^J’accepte que le conseiller/), 'Space')
      await seeker.press(seeker.named('Créer le code'))
      const code = await seeker.page.locator('.share-code').innerText()

      const k = await Keyboard.open(open, { role: 'counsellor' })
      await k.press(k.page.getByText('Menu', { exact: true }))
      await k.follow(k.named('Profils', 'link'))
      await k.write(k.page.getByLabel('Code donné par la personne'), code)
      await k.follow(k.named('Ouvrir le profil'))
      await k.page.getByText('ajouté par la personne').first().waitFor()
      await k.reach(k.named('Parler à un conseiller', 'link'))
      await k.calm('profiles')
    })
  })

  suite('a recruiter', () => {
    before(() => server.use({}))

    scene('has an offer checked, corrects it, contests', server, async ({ open }) => {
      const k = await Keyboard.open(open)
      const { v, page } = k
      await k.choose(page.getByLabel('Rôle de démonstration'), 'recruiter')
      await page.locator('tandem-chat[data-role=recruiter]').waitFor()
      await k.press(page.getByRole('button', { name: /^Vérifier mon offre/ }))
      await k.write(v.composer, three)
      await k.press(v.composer)
      const card = (await over(v.turns.first())).locator('.card-legality')
      await card.locator('.finding').first().waitFor()
      await k.calm('findings')
      await k.press(card.locator('.mark-link').first())
      await k.press(card.locator('.fix').first())
      await v.announcement.getByText(/^Corrigé\./).waitFor()
      await k.press(k.named('Annuler la dernière correction', 'button', card))
      await k.press(card.getByRole('button', { name: /^Je conteste : .*35 ans/ }))
      const finding = card.locator('.finding').filter({ hasText: '35 ans' })
      await k.write(finding.getByLabel('Pourquoi, selon vous ?'), 'La convention le demande.')
      await k.calm('contesting')
      await k.press(k.named('Envoyer au conseiller', 'button', finding))
      await card.locator('.decision[data-state=open]').waitFor()
      await k.press(card.getByRole('button', { name: /^Tout corriger/ }))
      await card.locator('.verdict[data-status=clean]').waitFor()
      await k.press(card.getByText('Voir ce qui a changé'))
      await k.reach(card.locator('div.offer-diff'))
      await k.calm('what has changed')
      await k.press(k.named('Modifier le texte', 'button', card))
      const text = card.getByLabel('Texte de l’offre')
      await k.write(text, `${await text.inputValue()}\nRéservé aux hommes.`)
      await k.calm('the offer being changed')
      await k.press(k.named('Vérifier de nouveau', 'button', card))
      await card.locator('.verdict[data-status=blocked]').waitFor()
      await k.press(k.named('Parler de cette offre à un conseiller', 'button', card))
      await page.getByRole('dialog', { name: 'Parler à un conseiller' }).waitFor()
      await page.keyboard.press('Escape')

      await k.write(v.composer, 'Réécrivez l’offre')
      await k.press(v.composer)
      const second = await over(v.turns.nth(1))
      await second.locator('.card-legality').waitFor()
      await k.press(second.locator('.card-legality').getByRole('button', { name: 'Copier le texte corrigé' }))
      await k.calm('an offer written again')
    })

    scene('asks how long it will take, tries conditions, looks at their own offers', server, async ({ open }) => {
      await bring(server, slow('Mécanicien d’entretien H/F'))
      const k = await Keyboard.open(open, { role: 'recruiter' })
      const { v, page } = k
      await k.press(page.getByRole('button', { name: /^Estimer un délai de recrutement/ }))
      const card = (await over(v.turns.first())).locator('.card-delay')
      await k.press(card.getByText('Voir la courbe en tableau'))
      await k.calm('a forecast')
      await k.write(v.composer, 'et avec un salaire de 2 500 € ?')
      await k.press(v.composer)
      await over(v.turns.nth(1))

      await k.follow(k.named('Mes offres', 'link'))
      await page.getByRole('heading', { level: 1, name: 'Mes offres' }).waitFor()
      await k.write(page.getByLabel('Votre question, en français'), 'mes offres en CDI')
      await k.follow(k.named('Chercher'))
      await k.press(page.getByText('Modifier le filtre'))
      await k.calm('own offers')
      await k.follow(page.locator('.priority h3 a').first())
      await k.write(page.getByLabel('Salaire brut par mois'), '3200')
      await page.locator('#what-if-says').getByText('Avec ce changement').waitFor()
      await k.press(page.getByText('La courbe en tableau'))
      await k.reach(page.getByRole('region', { name: 'La courbe en tableau' }))
      await k.calm('what if')
      await k.press(page.getByText('Lire le texte'))
      await k.follow(k.named('Mes offres', 'link'))
    })
  })

  suite('a counsellor', () => {
    before(() => server.use({}))

    scene('asks about their portfolio, filters it, handles an alert, notes an action', server, async ({ open }) => {
      const offer = slow('Technicien au clavier H/F')
      await bring(server, offer)
      const k = await Keyboard.open(open, { role: 'counsellor' })
      const { v, page } = k
      await k.press(page.getByRole('button', { name: /^Offres qui risquent de durer/ }))
      const card = (await over(v.turns.first())).locator('.card-list')
      await card.waitFor()
      await k.calm('a list')
      await k.press(card.getByRole('button', { name: /^Pourquoi ce risque/ }).first())
      await over(v.turns.nth(1))
      await k.follow(card.getByRole('link', { name: /portefeuille/ }))

      await page.getByRole('heading', { level: 1, name: 'Mon portefeuille' }).waitFor()
      await k.press(page.getByText('Modifier le filtre'))
      await k.choose(page.getByLabel('Compter par'), 'contract')
      await k.calm('a portfolio')
      await k.follow(k.named('Afficher'))
      await k.reach(page.getByRole('region', { name: 'Comptes par groupe' }))
      await k.follow(page.getByRole('link', { name: /^Retirer ce critère : comptées par/ }))
      await k.write(page.getByLabel('Votre question, en français'), 'mes offres en alerte')
      await k.follow(k.named('Chercher'))

      await k.follow(page.locator('#alert-list').getByRole('link', { name: offer.intitule }).first())
      await page.getByRole('heading', { level: 1, name: offer.intitule }).waitFor()
      await k.write(page.getByLabel('Expérience demandée'), '0')
      await page.locator('#what-if-says').getByText('Avec ce changement').waitFor()
      await k.reach(page.getByLabel('Action', { exact: true }))
      await page.keyboard.press('ArrowDown')
      await k.write(page.getByLabel('Note, sans donnée personnelle'), 'Visite prévue.')
      await k.calm('an action')
      await k.follow(k.named('Enregistrer l\'action'))
      await page.getByText('Action enregistrée.').waitFor()

      const other = slow('Dépanneur au clavier H/F')
      await bring(server, other)
      await k.follow(k.named('Mon portefeuille', 'link'))
      await k.follow(page.locator('#alert-list').getByRole('button', { name: `Marquer comme traitée : ${other.intitule}` }))
      await page.getByText('Alerte marquée comme traitée.').waitFor()
    })

    scene('explains a flag to the employer, decides what is contested', server, async ({ open }) => {
      const recruiter = await open({ role: 'recruiter' })
      const contested = (await recruiter.ask(three)).locator('.finding').filter({ hasText: '35 ans' })
      await contested.getByRole('button', { name: /^Je conteste/ }).click()
      await contested.getByLabel('Pourquoi, selon vous ?').fill('Contestée, puis tranchée au clavier.')
      await contested.getByRole('button', { name: 'Envoyer au conseiller' }).click()
      await contested.locator('.decision[data-state=open]').waitFor()

      const k = await Keyboard.open(open, { role: 'counsellor' })
      const { v, page } = k
      await k.write(v.composer, three)
      await k.press(v.composer)
      const finding = (await over(v.turns.first())).locator('.finding').filter({ hasText: '35 ans' })
      await k.press(finding.getByRole('button', { name: /^Expliquer à l’employeur/ }))
      await finding.locator('.letter-lines li').nth(2).waitFor()
      await k.reach(finding.locator('.letter-mail'))
      await k.press(k.named('Copier le message', 'button', finding))
      await k.calm('a letter')

      await k.press(page.getByText('Menu', { exact: true }))
      await k.follow(k.named('Contestations', 'link'))
      const waiting = page.getByRole('article').filter({ hasText: 'tranchée au clavier' })
      await k.write(waiting.getByLabel(/^Motif/), 'Aucun accord ne le prévoit.')
      await k.calm('contests')
      await k.follow(k.named('Maintenir le signalement', 'button', waiting))
      assert.match(plain(await page.getByRole('status').first().innerText()), /Signalement maintenu/)
      await k.reach(page.getByRole('region', { name: 'Ce que valent les règles' }))
    })
  })
}
