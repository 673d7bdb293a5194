// A counsellor's day: an import elsewhere, an alert as it comes, why, what if,
// what was done; and the portfolio asked about in words.
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import { Desk, measuring } from '../desk.mjs'
import { bring, slow } from '../offers.mjs'
import { plain, scene, shot, status } from '../page.mjs'

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('portfolio', () => {
  scene('an import, an alert as it comes, why, what if, handled', server, async ({ open }) => {
    const counsellor = await open({ role: 'counsellor' })
    const { page } = counsellor
    await page.getByRole('link', { name: 'Portefeuille' }).click()
    await page.getByRole('heading', { level: 1, name: 'Mon portefeuille' }).waitFor()
    const events = page.waitForResponse((r) => r.url().endsWith('/api/alerts/events'))
    await page.reload()
    assert.equal((await events).status(), 200)
    const before = Number(await page.locator('#waiting').innerText())

    const offer = slow('Technicien de maintenance de nuit H/F')
    assert.match(await bring(server, offer), /1 ajoutées, 0 modifiées, 0 inchangées, 0 refusées/)
    // Said politely, by a status that was there before, and without a reload.
    const live = page.locator('#live')
    await live.getByText('Nouvelle alerte : Technicien de maintenance de nuit H/F').waitFor()
    assert.equal(await live.getAttribute('role'), 'status')
    assert.match(plain(await live.innerText()), new RegExp(`, \\d+ % de risque de dépasser 30 jours\\. ${before + 1} à traiter\\.`))
    assert.equal(await page.locator('#waiting').innerText(), String(before + 1))
    await shot(counsellor, 'portfolio-alert', page.locator('h1'))

    await page.locator('#alert-list').getByRole('link', { name: offer.intitule }).first().click()
    await page.getByRole('heading', { level: 1, name: offer.intitule }).waitFor()
    assert.match(plain(await page.locator('.figure-line').innerText()), /^\d+ % de risque de dépasser 30 jours/)
    assert.match(await page.locator('.curve title').textContent(), /^Courbe : à 30 jours, \d+\s% des offres comparables/)
    const reasons = page.locator('.bars li')
    assert.ok(await reasons.count() >= 4)
    assert.match(plain(await reasons.first().innerText()), /[+−]\d+ points? (allonge|raccourcit)/)
    await shot(counsellor, 'offer', page.locator('h1'))

    // The curve moves while one tries, and what it means is said.
    const line = page.locator('#line-if')
    assert.equal(await line.getAttribute('d'), '')
    await page.getByLabel('Salaire brut par mois').fill('3200')
    const says = page.locator('#what-if-says')
    await says.getByText('Avec ce changement').waitFor()
    assert.match(plain(await says.innerText()), /Avec ce changement : \d+ % \(−\d+ points?\)/)
    const first = await line.getAttribute('d')
    assert.match(first, /^M38\.0 12\.0L/)
    await page.getByLabel('Expérience demandée').fill('0')
    await page.waitForFunction((was) => document.getElementById('line-if').getAttribute('d') !== was, first)
    assert.match(await page.locator('#what-if-changes').innerText(), /salaire mensuel brut : 2100 → 3200, années d'expérience : 5 → 0/)
    assert.notEqual(await page.locator('.cell-if').nth(5).textContent(), '–')
    await shot(counsellor, 'what-if', page.locator('#what-if'))

    await page.getByLabel('Action', { exact: true }).selectOption({ label: 'Visite de l\'entreprise' })
    await page.getByLabel('Ce qu\'elle a donné').selectOption({ label: 'des candidatures' })
    await page.getByRole('button', { name: 'Enregistrer l\'action' }).click()
    await page.getByText('Action enregistrée.').waitFor()
    assert.equal(await page.getByText('Alerte à traiter.').count(), 0)
    await page.getByRole('link', { name: 'Mon portefeuille' }).click()
    assert.equal(await page.locator('#waiting').innerText(), String(before))
    assert.match(plain(await page.getByRole('row', { name: /Visite de l'entreprise/ }).innerText()), /trop peu$/)
  })

  scene('one counsellor handles, another sees it go', server, async ({ open }) => {
    const offer = slow('Frigoriste itinérant H/F')
    await bring(server, offer)
    const [one, other] = [await open({ role: 'counsellor' }), await open({ role: 'counsellor' })]
    for (const v of [one, other]) {
      await v.page.goto(`${server.url}/portefeuille`)
      await v.page.locator(`#alert-list [data-offer=${offer.id}]`).waitFor()
    }
    await one.page.locator('#alert-list').getByRole('button', { name: `Marquer comme traitée : ${offer.intitule}` }).click()
    await one.page.getByText('Alerte marquée comme traitée.').waitFor()
    await other.page.locator(`#alert-list [data-offer=${offer.id}]`).waitFor({ state: 'detached' })
  })

  scene('three questions, and what follows on them', server, async ({ open }) => {
    const counsellor = await open({ role: 'counsellor' })
    const { page } = counsellor
    await page.goto(`${server.url}/portefeuille`)
    const ask = async (text) => {
      await page.getByLabel('Votre question, en français').fill(text)
      await page.getByRole('button', { name: 'Chercher' }).click()
      await page.waitForURL((u) => !u.searchParams.has('q'))
    }
    const chips = async () => (await page.locator('.chips .chip').allInnerTexts()).map((t) => plain(t).replace(/ ×$/, ''))
    await ask('mes offres à plus de 65 % dans le BTP en Loire-Atlantique')
    assert.deepEqual((await chips()).slice(1, 4), ['grand domaine F (construction, bâtiment et travaux publics)', 'Loire-Atlantique (44)', 'probabilité de dépasser 30 jours d\'au moins 65 %'])
    await shot(counsellor, 'question', page.locator('#search'))
    // Edited by hand: a criterion is taken out.
    await page.locator('.chip', { hasText: '65 %' }).getByRole('link', { name: 'Retirer ce critère' }).click()
    assert.ok(!(await chips()).some((c) => c.includes('65 %')))
    await ask('celles qu\'on n\'a pas rappelées depuis 10 jours')
    assert.deepEqual((await chips()).slice(1, 4), ['grand domaine F (construction, bâtiment et travaux publics)', 'Loire-Atlantique (44)', 'sans appel ni visite depuis 10 jours'])

    await page.getByText('Modifier le filtre').click()
    await page.getByRole('link', { name: 'Tout effacer' }).click()
    await ask('combien de CDI en tension par métier')
    assert.ok((await chips()).includes('CDI') && (await chips()).includes('comptées par métier'))
    const rows = page.getByRole('region', { name: 'Comptes par groupe' }).getByRole('row')
    assert.match(plain(await rows.nth(1).innerText()), /^[A-N]\d{4} \S+.* \d+ \d+ \d+$/)
    await shot(counsellor, 'counts', page.locator('#search'))
    await ask('et seulement les bloquées ?')
    assert.ok((await chips()).includes('bloquées au contrôle de légalité') && (await chips()).includes('CDI'))
    await page.getByRole('heading', { name: /^\d+ offres?$/ }).waitFor()

    // The same in the conversation, with the way to the page.
    await page.goto(server.url)
    await counsellor.ask('mes offres à risque')
    const turn = await counsellor.ask('et seulement en CDI ?')
    await turn.locator('.card-list .chip', { hasText: 'CDI' }).waitFor()
    await turn.locator('.card-list').getByRole('link', { name: /portefeuille/ }).click()
    await page.getByRole('heading', { level: 1, name: 'Mon portefeuille' }).waitFor()
    assert.deepEqual((await chips()).slice(1, 3), ['CDI', 'dans la bande d\'alerte'])
  })

  scene('without JavaScript', server, async ({ open }) => {
    const offer = slow('Automaticien H/F')
    await bring(server, offer)
    const known = await open({ role: 'counsellor' })
    const { page } = await open({ javaScriptEnabled: false })
    await page.context().addCookies(await known.page.context().cookies())
    await page.goto(`${server.url}/portefeuille`)
    await page.getByLabel('Votre question, en français').fill('mes offres en alerte')
    await page.getByRole('button', { name: 'Chercher' }).click()
    await page.locator('.priority').getByRole('link', { name: offer.intitule, exact: true }).click()
    await page.getByLabel('Salaire brut par mois').fill('3000')
    await page.getByRole('button', { name: 'Essayer' }).click()
    assert.match(await page.locator('#what-if-says').innerText(), /Avec ce changement/)
    assert.match(await page.locator('#line-if').getAttribute('d'), /^M/)
    await page.getByRole('button', { name: 'Marquer comme traitée' }).click()
    await page.getByText('Alerte marquée comme traitée.').waitFor()
  })

  scene('a recruiter sees their own offers, and no desk', server, async ({ open, expect }) => {
    expect(status(403))
    const recruiter = await open({ role: 'recruiter' })
    const { page } = recruiter
    await page.getByRole('link', { name: 'Mes offres' }).click()
    await page.getByRole('heading', { level: 1, name: 'Mes offres' }).waitFor()
    assert.equal(await page.getByText('Alertes à traiter').count(), 0)
    await page.locator('.priority h3 a').first().click()
    await page.getByRole('heading', { name: 'Et si…' }).waitFor()
    assert.equal(await page.getByText('Noter une action').count(), 0)
    const seeker = await open()
    await seeker.page.goto(`${server.url}/portefeuille`)
    await seeker.page.getByText('réservées aux recruteurs et aux conseillers').waitFor()
  })

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    scene(`accessible, at any width, ${colorScheme}`, server, async ({ open, expect }) => {
      expect(measuring)
      const counsellor = await open({ role: 'counsellor', colorScheme })
      const { page } = counsellor
      const desk = new Desk(counsellor)
      await page.goto(`${server.url}/portefeuille?group=contract`)
      await page.getByText('Modifier le filtre').click()
      assert.deepEqual(await desk.axe(), [], 'portfolio')
      await shot(counsellor, `portfolio-${colorScheme}`)
      await page.locator('.priority h3 a').first().click()
      await page.getByRole('heading', { name: 'Pourquoi' }).waitFor()
      for (const fold of await page.locator('details').all()) await fold.evaluate((el) => { el.open = true })
      assert.deepEqual(await desk.axe(), [], 'offer')
      await shot(counsellor, `offer-${colorScheme}`)
      await page.setViewportSize({ width: 320, height: 640 })
      assert.deepEqual(await counsellor.wide(), [], 'offer')
      await shot(counsellor, `offer-narrow-${colorScheme}`)
      await page.goto(`${server.url}/portefeuille?group=rome&tight=1`)
      await page.getByText('Modifier le filtre').click()
      assert.deepEqual(await counsellor.wide(), [], 'portfolio')
      await shot(counsellor, `portfolio-narrow-${colorScheme}`)
      assert.deepEqual(await desk.axe(), [], 'narrow')
    })
  }

  scene('keyboard alone', server, async ({ open }) => {
    const counsellor = await open({ role: 'counsellor' })
    const { page } = counsellor
    const desk = new Desk(counsellor)
    const offer = slow('Soudeur en atelier H/F')
    await bring(server, offer)
    await page.goto(`${server.url}/portefeuille?alert=1&order=recent`)
    await desk.tabTo(new RegExp(`^Marquer comme traitée : ${offer.intitule} \\(${offer.id}\\)$`))
    await page.keyboard.press('Enter')
    await page.getByText('Alerte marquée comme traitée.').waitFor()
    assert.equal(await page.locator(`.priority [data-offer=${offer.id}]`).count(), 0)
  })
})
