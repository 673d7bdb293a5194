// « Why was my offer flagged? »: a recruiter corrects an offer finding by
// finding, checks again, contests; a counsellor decides and sees what each rule
// is worth.
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import { plain, scene, shot, status } from '../page.mjs'
import { listen } from './access.mjs'

export const three = `Vérifiez cette offre :
Boulanger / Boulangère à Nantes
Nous cherchons une personne motivée pour notre fournil.
Profil de moins de 35 ans.
Nationalité française exigée.
Envoyez votre CV avec photo.
CDI, 39 h par semaine, 2 300 € brut par mois.`

/** The offer as it stands in the card, without the numbers. @param {import('playwright-core').Locator} card */
const textOf = (card) => card.locator('.offer-text').evaluate((el) => {
  const copy = /** @type {HTMLElement} */ (el.cloneNode(true))
  copy.querySelectorAll('.mark-link').forEach((link) => link.remove())
  return copy.textContent
})

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('workshop', () => {
  scene('three violations: shown with reasons, corrected one by one, clean', server, async ({ open }) => {
    const recruiter = await open({ role: 'recruiter' })
    const turn = await recruiter.ask(three)
    const card = turn.locator('.card-legality')
    await card.locator('.verdict').waitFor()
    await shot(recruiter, 'blocked-light', card)
    const marks = (await card.locator('.offer mark').allInnerTexts()).join(' ')
    for (const words of ['moins de 35 ans', 'Nationalité française', 'photo']) assert.ok(marks.includes(words), `« ${words} » is not marked: ${marks}`)
    assert.equal(await card.locator('.offer-title').innerText(), 'Boulanger / Boulangère à Nantes', 'the question is no part of the offer')
    const findings = card.locator('.findings').first().locator('> .finding')
    const n = await findings.count()
    assert.ok(n >= 3, `${n} findings`)
    for (const f of await findings.all()) {
      const said = plain(await f.innerText())
      for (const part of ['Pourquoi', 'Texte de loi', 'À écrire plutôt', 'Je conteste']) assert.ok(said.includes(part), `no « ${part} » in ${said}`)
      assert.doesNotMatch(said, /vous (avez discriminé|discriminez)/i)
    }
    const heard = await listen(recruiter)
    // By keyboard: a correction, heard once, and the focus on what comes next.
    await findings.first().locator('.fix').focus()
    await recruiter.page.keyboard.press('Enter')
    await recruiter.announcement.getByText(/^Corrigé\. Offre vérifiée/).waitFor()
    assert.equal((await heard()).length, 1, 'one announcement a check')
    assert.equal(await findings.count(), n - 1)
    assert.ok(await card.locator('.finding:focus').count(), 'the focus is on the next finding')
    const once = await textOf(card)
    // Undone, done again.
    await card.getByRole('button', { name: 'Annuler la dernière correction' }).click()
    assert.equal(await findings.count(), n)
    await findings.first().locator('.fix').click()
    await recruiter.announcement.getByText(/^Corrigé/).waitFor()
    assert.equal(await textOf(card), once)

    await card.getByRole('button', { name: /^Tout corriger/ }).click()
    await card.locator('.verdict[data-status=clean]').waitFor()
    assert.match(plain(await card.locator('.verdict').innerText()), /Plus rien n’empêche la diffusion/)
    assert.equal(await card.locator('.offer mark[data-severity=S4]').count(), 0)
    const text = await textOf(card)
    assert.doesNotMatch(text, /35 ans|nationalité|photo/i)
    assert.match(text, /CDI, 39 h par semaine/)
    await card.getByText('Voir ce qui a changé').click()
    assert.match(await card.locator('.offer-diff del').allInnerTexts().then((t) => t.join(' ')), /35 ans/)
    await shot(recruiter, 'clean-light', card)

    await card.getByRole('button', { name: 'Vérifier de nouveau' }).click()
    await recruiter.announcement.getByText('Offre vérifiée : rien à signaler.').waitFor()
    // Written by hand, a violation is found at once.
    await card.getByRole('button', { name: 'Modifier le texte' }).click()
    await card.getByLabel('Texte de l’offre').fill(`${text}\nRéservé aux hommes.`)
    await card.getByRole('button', { name: 'Vérifier de nouveau' }).click()
    await card.locator('.verdict[data-status=blocked]').waitFor()
    assert.match((await card.locator('.offer mark').allInnerTexts()).join(' '), /hommes/)
  })

  scene('a recruiter contests, a counsellor overrides, and the rule is counted', server, async ({ open }) => {
    const recruiter = await open({ role: 'recruiter' })
    // An age of its own: what is lifted here stays lifted for whoever comes with the same line.
    const card = (await recruiter.ask(three.replace('35 ans', '34 ans'))).locator('.card-legality')
    const finding = card.locator('.finding').filter({ hasText: '34 ans' })
    await finding.getByRole('button', { name: /^Je conteste/ }).click()
    await finding.getByLabel('Pourquoi, selon vous ?').fill('La convention de l’école de la boulangerie le demande.')
    await shot(recruiter, 'contest-light', finding)
    await finding.getByRole('button', { name: 'Envoyer au conseiller' }).click()
    await card.locator('.decision[data-state=open]').waitFor()

    const counsellor = await open({ role: 'counsellor' })
    await counsellor.page.getByRole('link', { name: 'Contestations' }).click()
    const waiting = counsellor.page.getByRole('article').filter({ hasText: 'convention de l’école' })
    await waiting.waitFor()
    await shot(counsellor, 'desk-light')
    assert.match(plain(await waiting.innerText()), /moins de 34 ans/)
    assert.doesNotMatch(await waiting.innerText(), /Envoyez votre CV/, 'the rest of the offer is not kept')
    await waiting.getByLabel(/^Motif/).fill('Un accord agréé le prévoit.')
    await waiting.getByRole('button', { name: 'Lever le signalement' }).click()
    await counsellor.page.getByRole('status').getByText('Signalement levé').waitFor()
    const row = counsellor.page.getByRole('row').filter({ hasText: 'DIS-AGE-01' })
    const cells = (await row.getByRole('cell').allInnerTexts()).map(plain)
    const [matches, contests, , , overridden, precision] = cells
    assert.ok(Number(contests) >= 1 && Number(overridden) >= 1 && Number(matches) >= Number(contests), cells.join(' '))
    assert.match(precision, /^\d+(,\d)? %$/)
    await shot(counsellor, 'figures-light')

    await card.getByRole('button', { name: 'Vérifier de nouveau' }).click()
    await finding.locator('.decision[data-state=overridden]').getByText('Un accord agréé le prévoit.').waitFor()
    await shot(recruiter, 'lifted-light', card)
    assert.equal(await card.locator('.offer mark').filter({ hasText: '34 ans' }).count(), 0, 'what is lifted is not marked')
    // Nor corrected with the others: they go, it stays, and nothing blocks.
    await card.getByRole('button', { name: /^Tout corriger/ }).click()
    await card.locator('.verdict[data-status=clean]').waitFor()
    assert.match(await textOf(card), /moins de 34 ans/)
    assert.doesNotMatch(await textOf(card), /photo|nationalité/i)
  })

  scene('a counsellor explains to the employer', server, async ({ open }) => {
    const counsellor = await open({ role: 'counsellor' })
    const card = (await counsellor.ask(three)).locator('.card-legality')
    const finding = card.locator('.finding').filter({ hasText: '35 ans' })
    await finding.getByRole('button', { name: /^Expliquer à l’employeur/ }).click()
    await finding.locator('.letter-lines li').nth(2).waitFor()
    assert.equal(await finding.locator('.letter-lines li').count(), 3)
    const mail = await finding.locator('.letter-mail').inputValue()
    assert.match(mail, /^Bonjour,[\s\S]*DIS-AGE-01[\s\S]*pas un avis juridique/)
    await shot(counsellor, 'letter-light', finding)
  })

  scene('a check that fails changes nothing and is said', server, async ({ open, expect }) => {
    expect(status(503))
    const recruiter = await open({ role: 'recruiter' })
    const card = (await recruiter.ask(three)).locator('.card-legality')
    await card.locator('.fix').first().waitFor()
    const before = await textOf(card)
    await recruiter.page.route('**/api/offers/check*', (r) => r.fulfill({ status: 503, json: { code: 'unavailable', message: 'Réessayez dans un instant.' } }))
    await card.locator('.fix').first().click()
    await recruiter.alert.getByText('Réessayez dans un instant.').waitFor()
    assert.equal(await textOf(card), before)
  })

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    scene(`320 pixels, ${colorScheme}`, server, async ({ open }) => {
      const recruiter = await open({ role: 'recruiter', viewport: { width: 320, height: 700 }, colorScheme })
      const card = (await recruiter.ask(three)).locator('.card-legality')
      await card.getByRole('button', { name: /^Je conteste/ }).first().click()
      assert.deepEqual(await recruiter.wide(), [])
      await shot(recruiter, `narrow-${colorScheme}`, card)
      await card.getByRole('button', { name: 'Modifier le texte' }).click()
      assert.deepEqual(await recruiter.wide(), [])
      await card.getByRole('button', { name: 'Abandonner mes modifications' }).click()
      await card.getByRole('button', { name: /^Tout corriger/ }).click()
      await card.getByText('Voir ce qui a changé').click()
      assert.deepEqual(await recruiter.wide(), [])
      await recruiter.become('counsellor')
      await recruiter.page.goto(`${server.url}/contestations`)
      assert.deepEqual(await recruiter.wide(), [])
      await shot(recruiter, `desk-narrow-${colorScheme}`)
    })
  }

  scene('dark', server, async ({ open }) => {
    const recruiter = await open({ role: 'recruiter', colorScheme: 'dark' })
    const card = (await recruiter.ask(three)).locator('.card-legality')
    await card.locator('.fix').first().waitFor()
    await shot(recruiter, 'blocked-dark', card)
  })
})
