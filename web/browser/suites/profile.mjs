// The page of the profile: from a CV, with the keyboard alone, without AI, on a
// small screen, without JavaScript; and what a counsellor is shown of it.
import assert from 'node:assert/strict'
import path from 'node:path'
import { suite } from 'node:test'
import { Desk, measuring } from '../desk.mjs'
import { over, plain, scene, shot, status } from '../page.mjs'
import { root } from '../server.mjs'

const cv = path.join(root, 'testdata/cv/deux-colonnes.pdf')

/** @typedef {import('../page.mjs').Visitor} Visitor */

/** @param {(options?: any) => Promise<Visitor>} open @param {any} [options] */
const at = async (open, options = {}) => new Desk(await open({ address: '/profil', ...options }))

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('profile', () => {
  scene('a CV is dropped, its words shown; 10 accepted, 2 refused, 1 added, exported, still there', server, async ({ open }) => {
    const desk = await at(open)
    await shot(desk.v, 'start')
    await desk.drop(cv)
    const total = await desk.proposals.count()
    assert.ok(total >= 12, `${total} proposals`)
    assert.equal(await desk.progress.innerText(), `0 sur ${total}, environ ${Math.ceil(total * 8 / 60)} minutes`)

    // Each rests on words of the CV, which are marked beside it and in the text.
    const { items, documents } = await desk.profile()
    const text = (await (await fetch(`${server.url}/api/documents/${documents[0].id}`, { headers: { Cookie: await desk.v.cookie() } })).json()).text
    for (const item of items) for (const s of item.evidence) assert.equal(Buffer.from(text).subarray(s.start, s.end).toString(), s.text)
    await desk.page.locator('.reader mark').first().waitFor()
    assert.equal(plain(await desk.page.locator('.reader').innerText()), plain(text))
    for (const row of await desk.proposals.all()) {
      const marks = await row.locator('.quote-line mark').allInnerTexts()
      assert.ok(marks.length && marks.every((m) => text.includes(m)), `${await row.innerText()} has ${marks}`)
    }
    assert.ok(plain(await desk.page.locator('.reader').innerText()).includes('Confectionner des viennoiseries'), 'two columns are not mixed')
    const baking = desk.proposals.filter({ hasText: 'Confectionner des viennoiseries' }).first()
    await baking.hover()
    await desk.page.locator('.reader mark.here').first().waitFor()
    assert.match((await desk.page.locator('.reader mark.here').allInnerTexts()).join(' '), /viennoiseries/)
    await shot(desk.v, 'decide-light', desk.decide)

    const names = async (n) => (await desk.proposals.locator('.choices').evaluateAll((all) => all.map((el) => el.getAttribute('aria-label')))).slice(0, n)
    const accepted = await names(10)
    for (const name of accepted) await desk.decide.getByRole('button', { name: `Accepter : ${name}`, exact: true }).click()
    const refused = await names(2)
    for (const name of refused) await desk.decide.getByRole('button', { name: `Refuser : ${name}`, exact: true }).click()
    assert.match(plain(await desk.progress.innerText()), new RegExp(`^12 sur ${total}, `))
    await desk.holds('refused', 2)

    await desk.search.fill('permis de conduire')
    await desk.search.press('Enter')
    const adder = desk.page.locator('.add').getByRole('button', { name: /^Ajouter : / }).first()
    const added = (await adder.getAttribute('aria-label')).slice('Ajouter : '.length)
    await adder.click()
    await desk.kept.filter({ hasText: added }).waitFor()
    await desk.holds('accepted', 11)
    await shot(desk.v, 'kept-light')

    const json = await desk.download(() => desk.page.getByRole('link', { name: 'Données (JSON)' }).click())
    assert.equal(json.name, 'profil-competences.json')
    const x = JSON.parse(json.text)
    assert.equal(x.ai_assisted, true)
    assert.deepEqual([...x.occupations.map((o) => o.appellation ?? o.label), ...x.skills.map((s) => s.label)].sort(), [...accepted, added].sort())
    const csv = await desk.download(() => desk.page.getByRole('link', { name: 'Tableau (CSV)' }).click())
    for (const name of refused) assert.ok(!csv.text.includes(name), `${name} was refused`)

    // By mouse too: the last goes up two places.
    const list = desk.page.locator('.kept-list').last().locator('.kept-item')
    const to = await list.count() - 3
    const ordered = desk.page.waitForResponse((r) => r.url().endsWith('/api/profile') && r.request().method() === 'POST')
    await list.last().dragTo(list.nth(to))
    await list.nth(to).getByText(added, { exact: true }).waitFor()
    assert.equal((await ordered).status(), 200)

    await desk.page.reload()
    await desk.kept.first().waitFor()
    assert.equal(await desk.kept.count(), 11)
    assert.equal(await list.nth(to).locator('.proposal-label').innerText(), added, 'the order is kept')
    assert.match(plain(await desk.progress.innerText()), new RegExp(`^12 sur ${total}, `))
    for (const name of [...accepted, ...refused]) assert.equal(await desk.decide.getByRole('button', { name: `Accepter : ${name}`, exact: true }).count(), 0, `${name} is asked again`)
    // The same file again asks nothing that was decided.
    await desk.page.getByText('Lire un autre CV').click()
    await desk.drop(cv)
    await desk.page.locator('.start .working').waitFor({ state: 'hidden' })
    await desk.holds('accepted', 11)
    assert.equal(await desk.proposals.count(), total - 12)

    const printed = await desk.v.tab()
    await printed.page.goto(`${server.url}/profil/imprimer`)
    assert.match(await printed.page.locator('main').innerText(), /Avec l'aide d'un logiciel/)
    assert.ok((await printed.page.locator('main').innerText()).includes(added))
  })

  scene('the same with the keyboard alone', server, async ({ open }) => {
    const desk = await at(open)
    const { keyboard } = desk.page
    const asked = desk.page.waitForEvent('filechooser') // long before: the browser has to be told to tell
    await desk.tabTo(/^Choisir un fichier$|^$/)
    await desk.page.locator('input[type=file]:focus').press('Enter')
    await (await asked).setFiles(cv)
    await desk.proposals.first().waitFor()
    // The focus is on the first choice, and goes from each to the next.
    for (let n = 0; n < 10; n++) {
      assert.match(await desk.focused(), /^Accepter : /)
      await keyboard.press('Enter')
    }
    await desk.tabTo(/^Refuser : /)
    for (let n = 0; n < 3; n++) {
      assert.match(await desk.focused(), /^Refuser : /)
      await keyboard.press('Enter')
    }
    await desk.holds('refused', 3)
    await keyboard.press('Control+z')
    await desk.holds('refused', 2)
    await desk.holds('accepted', 10)

    await desk.tabTo(/^Par exemple/)
    await keyboard.type('anglais')
    await keyboard.press('Enter')
    await desk.page.locator('.add .rows button').first().waitFor()
    await desk.tabTo(/^Ajouter : /)
    const added = (await desk.focused()).slice('Ajouter : '.length)
    await keyboard.press('Enter')
    await desk.holds('accepted', 11)
    assert.match(await desk.focused(), /^Ajouter : /, 'the focus goes on to the next result')

    // Order: up from the end, the focus stays on what moves.
    await desk.tabTo(new RegExp(`^Monter : ${added.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`), 'Shift+Tab')
    const moved = desk.page.waitForResponse((r) => r.url().endsWith('/api/profile') && r.request().method() === 'POST')
    await keyboard.press('Enter')
    await moved
    assert.equal(await desk.focused(), `Monter : ${added}`)
    const skills = (await desk.profile()).items.filter((i) => i.status === 'accepted' && i.kind !== 'metier').map((i) => i.label)
    assert.equal(skills.indexOf(added), skills.length - 2)

    await desk.tabTo(/^Données \(JSON\)$/)
    const json = await desk.download(() => keyboard.press('Enter'))
    assert.deepEqual(JSON.parse(json.text).skills.map((s) => s.label), skills)
    await desk.page.reload()
    await desk.kept.first().waitFor()
    assert.equal(await desk.kept.count(), 11)
  })

  scene('the same without AI', server, async ({ open }) => {
    const desk = await at(open)
    await desk.page.getByRole('button', { name: 'Faire mon profil sans IA' }).click()
    await desk.page.getByText('Sans IA : rien n’est analysé').waitFor()
    assert.equal(await desk.page.locator('input[type=file]').count(), 0, 'nothing to send')
    await desk.search.fill('anglais')
    const results = desk.page.locator('.add .found')
    await results.getByRole('button', { name: /^Ajouter : .*nglais/ }).first().click()
    await desk.holds('accepted', 1)

    // From a domaine to a métier to its skills, without a word.
    await desk.page.getByRole('button', { name: 'Parcourir les métiers par domaine' }).click()
    await results.getByText('Commerce, Vente et Grande distribution').click()
    await results.getByRole('button', { name: /^Commerce alimentaire/ }).click()
    await results.getByRole('button', { name: /^Boulanger \/ Boulangère$/ }).click()
    await shot(desk.v, 'browse-light', desk.page.locator('.add'))
    await results.getByRole('button', { name: 'Ajouter : Boulanger / Boulangère' }).click()
    await desk.holds('accepted', 2)
    for (let n = 3; n <= 12; n++) {
      await results.getByRole('button', { name: /^Ajouter : / }).first().click()
      await desk.holds('accepted', n)
    }
    await desk.kept.last().getByRole('button', { name: /^Retirer/ }).click()
    await desk.holds('accepted', 11)
    await desk.page.getByRole('button', { name: /^Annuler : / }).click()
    await desk.holds('accepted', 12)
    await desk.page.getByRole('button', { name: 'Retour' }).click()
    await results.getByRole('heading', { name: /^Commerce alimentaire/ }).waitFor()

    const json = await desk.download(() => desk.page.getByRole('link', { name: 'Données (JSON)' }).click())
    const x = JSON.parse(json.text)
    assert.equal(x.ai_assisted, false)
    assert.equal(x.occupations.length + x.skills.length, 12)
    await desk.page.reload()
    await desk.kept.first().waitFor()
    assert.equal(await desk.kept.count(), 12)
    assert.equal(await desk.page.locator('input[type=file]').count(), 0, 'the choice holds')
    await desk.page.getByRole('button', { name: 'Revenir sur ce choix' }).click()
    await desk.page.getByText('Lire un autre CV').click()
    await desk.page.getByText('Choisir un fichier').waitFor()
  })

  scene('said better: another job title, a more precise skill', server, async ({ open }) => {
    const desk = await at(open)
    await desk.drop(cv)
    const job = desk.proposals.filter({ hasText: 'D1102' })
    await job.getByRole('button', { name: /^Modifier/ }).click()
    const title = job.getByRole('button', { name: /^Choisir : / }).first()
    const chosen = (await title.getAttribute('aria-label')).slice('Choisir : '.length)
    await title.click()
    await desk.kept.filter({ hasText: chosen }).filter({ hasText: 'D1102' }).waitFor()

    const skill = desk.proposals.filter({ hasText: '126357' }) // to make viennoiseries
    const before = await skill.locator('.choices').getAttribute('aria-label')
    await skill.getByRole('button', { name: /^Modifier/ }).click()
    await shot(desk.v, 'edit-light', skill)
    const better = skill.getByRole('button', { name: /^Choisir : / }).first()
    const by = (await better.getAttribute('aria-label')).slice('Choisir : '.length)
    await better.click()
    await desk.kept.filter({ hasText: by }).waitFor()
    await desk.page.getByText('Ce que j’ai refusé (1)').click()
    await desk.page.getByRole('button', { name: `Remettre à décider : ${before}` }).waitFor()
    const x = JSON.parse((await desk.download(() => desk.page.getByRole('link', { name: 'Données (JSON)' }).click())).text)
    assert.equal(x.occupations[0].appellation, chosen)
    assert.deepEqual(x.skills.map((s) => s.label), [by])
  })

  scene('what it leads to, on the page and in the conversation, which changes it too', server, async ({ open }) => {
    const seeker = await open()
    await seeker.ask('Boulangère 8 ans : pétrir, cuire des pâtons, confectionner des viennoiseries, défourner des pains, gérer une caisse. Anglais courant. Quelles sont mes compétences ?')
    const desk = new Desk(seeker)
    const english = (await desk.profile()).items.filter((i) => i.kind !== 'metier' && i.evidence.some((s) => /anglais/i.test(s.text)))
    assert.ok(english.length > 0, 'English is proposed')
    const gone = await seeker.ask('vire anglais courant stp')
    const refused = await gone.locator('.prose').innerText()
    const went = english.filter((i) => refused.includes(i.label)).length
    assert.match(refused, /Refusée/)
    assert.ok(went > 0, refused)
    await desk.holds('refused', went)
    await seeker.ask('valide les 4 premières')
    await desk.holds('accepted', 4)
    const vague = await seeker.ask('jamais fait ça')
    assert.match(await vague.innerText(), /De quelle compétence s'agit-il/)
    await desk.holds('refused', went)
    await seeker.ask('la 1')
    await desk.holds('refused', went + 1)
    const led = await seeker.ask('Quels métiers avec ces compétences ?')
    await led.locator('.card-occupation').getByText('Vous avez déjà').first().waitFor()

    await seeker.page.goto(`${server.url}/profil`)
    await desk.kept.first().waitFor()
    assert.equal(await desk.kept.count(), 3, 'what was said in the conversation is here')
    await desk.page.getByRole('button', { name: 'Chercher des métiers' }).click()
    const career = desk.page.locator('.career').first()
    await career.waitFor()
    assert.match(plain(await career.innerText()), /en commun/)
    const missing = career.locator('.missing button').first()
    const lack = (await missing.getAttribute('aria-label')).slice('Ajouter : '.length)
    await missing.click()
    await desk.kept.filter({ hasText: lack }).waitFor()
    await desk.page.getByRole('button', { name: /Chercher de nouveau/ }).waitFor()
    await shot(seeker, 'careers-light', desk.page.locator('.careers'))
  })

  scene('a counsellor sees it with consent, what was refused too, and no longer', server, async ({ open, expect }) => {
    expect(status(404), measuring)
    const desk = await at(open)
    await desk.drop(cv)
    await desk.decide.getByRole('button', { name: /^Accepter/ }).first().click()
    const refused = await desk.decide.locator('.choices').first().getAttribute('aria-label')
    await desk.decide.getByRole('button', { name: /^Refuser/ }).first().click()
    await desk.holds('refused', 1)
    const create = desk.page.getByRole('button', { name: 'Créer le code' })
    await create.click()
    assert.equal(await desk.page.locator('.share-code').count(), 0, 'not without the tick')
    await desk.page.getByLabel(/^J’accepte que le conseiller/).check()
    await create.click()
    const code = await desk.page.locator('.share-code').innerText()
    await shot(desk.v, 'share-light', desk.page.locator('.leave'))

    const counsellor = await open({ role: 'counsellor' })
    await counsellor.page.getByRole('link', { name: 'Profils' }).click()
    const ask = async (words) => {
      await counsellor.page.getByLabel('Code donné par la personne').fill(words)
      await counsellor.page.getByRole('button', { name: 'Ouvrir le profil' }).click()
    }
    await ask('2222 2222')
    await counsellor.page.getByRole('alert').getByText('Aucun profil').waitFor()
    await ask(code.toLowerCase())
    const shown = counsellor.page.getByRole('article')
    await shown.getByText('Proposé puis refusé (1)').waitFor()
    assert.ok((await shown.innerText()).includes(refused))
    assert.ok(!(await shown.innerText()).includes('camille.legoff'), 'not the CV')
    await shot(counsellor, 'profiles-light')
    assert.deepEqual(await new Desk(counsellor).axe(), [])

    await desk.page.reload()
    await desk.page.getByText('Un conseiller l’a ouvert.').waitFor()
    await desk.page.getByRole('button', { name: 'Retirer mon accord' }).click()
    await create.waitFor()
    await counsellor.page.reload()
    await counsellor.page.getByText('Aucun profil n\'est partagé').waitFor()
    assert.equal(await shown.count(), 0)

    await desk.page.getByRole('button', { name: 'Effacer mon profil' }).click()
    await desk.page.getByRole('dialog').getByRole('button', { name: 'Effacer mon profil' }).click()
    await desk.page.getByText('Par où commencer ?').waitFor()
    assert.deepEqual((await desk.profile()).items, [])
  })

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    scene(`320 pixels and what axe finds, ${colorScheme}`, server, async ({ open, expect }) => {
      expect(measuring)
      const desk = await at(open, { viewport: { width: 320, height: 700 }, colorScheme, reducedMotion: 'reduce' })
      const check = async (/** @type {string} */ what) => {
        assert.deepEqual(await desk.v.wide(), [], what)
        assert.deepEqual(await desk.axe(), [], what)
        await shot(desk.v, `narrow-${what}-${colorScheme}`)
      }
      await check('start')
      await desk.drop(cv)
      await check('decide')
      await desk.proposals.first().getByRole('button', { name: /^Modifier/ }).click()
      await desk.page.getByRole('button', { name: /^Choisir : / }).first().waitFor()
      await check('edit')
      await desk.page.getByRole('button', { name: 'Fermer sans changer' }).click()
      for (let n = 0; n < 8; n++) await desk.decide.getByRole('button', { name: /^Accepter/ }).first().click()
      await desk.decide.getByRole('button', { name: /^Refuser/ }).first().click()
      await desk.holds('refused', 1)
      await desk.search.fill('boulanger')
      await desk.page.getByRole('button', { name: /^Voir les compétences du métier/ }).first().click()
      await desk.page.getByText('Au cœur du métier').waitFor()
      await desk.page.getByRole('button', { name: 'Chercher des métiers' }).click()
      await desk.page.locator('.career').first().waitFor()
      await check('all')
      await desk.page.goto(`${server.url}/profil/simple?metiers=1`)
      assert.deepEqual(await desk.v.wide(), [], 'as forms')
      assert.deepEqual(await desk.axe(), [], 'as forms')
    })
  }

  scene('a wide screen and what axe finds', server, async ({ open, expect }) => {
    expect(measuring)
    const desk = await at(open, { colorScheme: 'dark', reducedMotion: 'reduce' })
    await desk.drop(cv)
    await desk.decide.getByRole('button', { name: /^Accepter/ }).first().click()
    await desk.page.locator('.reader mark.here').first().waitFor()
    assert.deepEqual(await desk.axe(), [])
    await shot(desk.v, 'decide-dark', desk.decide)
  })

  scene('a failure is said and changes nothing', server, async ({ open, expect }) => {
    expect(status(503))
    const desk = await at(open)
    await desk.drop(cv)
    const n = await desk.proposals.count()
    await desk.page.route('**/api/profile', (r) => (r.request().method() === 'POST' ? r.fulfill({ status: 503, json: { code: 'unavailable', message: 'Réessayez dans un instant.' } }) : r.continue()))
    await desk.decide.getByRole('button', { name: /^Accepter/ }).first().click()
    await desk.page.getByRole('alert').getByText('Réessayez dans un instant.').waitFor()
    assert.equal(await desk.proposals.count(), n)
    assert.equal(await desk.kept.count(), 0)
  })

  scene('as forms, without JavaScript', server, async ({ open }) => {
    const { page } = await open({ address: '/profil', javaScriptEnabled: false })
    await page.getByRole('link', { name: 'Ouvrir mon profil' }).click()
    await page.getByLabel(/^Mon CV/).setInputFiles(cv)
    await page.getByRole('button', { name: 'Proposer des compétences' }).click()
    await page.getByRole('button', { name: 'Accepter : Confectionner des viennoiseries' }).click()
    await page.getByRole('button', { name: 'Retirer : Confectionner des viennoiseries' }).waitFor()
    await page.getByLabel('Chercher une compétence ou un métier').fill('anglais')
    await page.getByRole('button', { name: 'Chercher' }).click()
    await page.getByRole('button', { name: /^Ajouter : .*nglais/ }).first().click()
    await page.getByRole('button', { name: /^Retirer : .*nglais/ }).waitFor()
    await page.getByRole('link', { name: 'Page à imprimer' }).click()
    assert.match(await page.locator('main').innerText(), /Confectionner des viennoiseries/)
  })
})
