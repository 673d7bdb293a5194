// The whole service without JavaScript: ask, read, join a CV, rate, ask for a
// person and speak with them, for each role; and the text mode.
import assert from 'node:assert/strict'
import path from 'node:path'
import { suite } from 'node:test'
import { axe, plain as squeezed, scene, shot, status } from '../page.mjs'
import { root } from '../server.mjs'

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('without JavaScript', () => {
  const without = { javaScriptEnabled: false }
  const send = (page) => page.getByRole('button', { name: 'Envoyer', exact: true }).click()

  /** @param {import('playwright-core').Page} page @param {string} text */
  async function ask(page, text) {
    await page.getByLabel('Votre question').fill(text)
    await send(page)
    return page.getByRole('article', { name: 'Assistant (IA)' }).last()
  }

  /** @param {import('playwright-core').Page} page @param {string} role */
  async function become(page, role) {
    await page.getByLabel('Rôle de démonstration').selectOption(role)
    await page.getByRole('button', { name: 'Changer' }).click()
  }

  scene('ask, read, ask again', server, async ({ open }) => {
    const { page } = await open(without)
    assert.equal(await page.locator('.disclosure').innerText(), 'Vous échangez avec une intelligence artificielle.')
    await page.getByLabel('Votre question').fill('code rome boulanger svp')
    await send(page)
    const answer = page.getByRole('article', { name: 'Assistant (IA)' })
    assert.match(await answer.innerText(), /D1102/)
    assert.doesNotMatch(await answer.innerText(), /\*\*/, 'marks of Markdown are not read aloud')
    await ask(page, 'et ses métiers proches ?')
    assert.match(await page.getByRole('article', { name: 'Vous' }).last().innerText(), /métiers proches/)
    assert.match(await answer.last().innerText(), /D1104|Pâtissier/)
    const before = page.url()
    await page.reload() // asks nothing again
    assert.equal(await answer.count(), 2)
    assert.equal(page.url(), before)
    await answer.last().getByRole('link').first().click()
    assert.match(new URL(page.url()).pathname, /^\/rome\//)
    assert.match(await page.locator('main').innerText(), /Source : France Travail, ROME 4\.0/)
  })

  scene('send a CV, decide on what it shows', server, async ({ open }) => {
    const { page } = await open(without)
    await page.getByLabel('Votre question').fill('Quelles compétences dans mon CV ?')
    await page.getByLabel(/Joindre/).setInputFiles(path.join(root, 'testdata/cv/deux-colonnes.pdf'))
    await send(page)
    assert.match(await page.getByRole('article', { name: 'Assistant (IA)' }).innerText(), /D1102.*« Confectionner des viennoiseries »/s)
    await page.getByRole('link', { name: 'Mon profil' }).click()
    await page.getByRole('link', { name: 'Ouvrir mon profil' }).click()
    await page.getByRole('button', { name: /^Accepter/ }).first().click()
    assert.match(await page.locator('main').innerText(), /1 sur \d+ décidés/)
  })

  scene('rate an answer', server, async ({ open }) => {
    const { page } = await open({ ...without, address: '/simple' })
    const answer = await ask(page, 'code rome boulanger svp')
    await answer.getByText('Donner mon avis').click()
    await answer.getByLabel('Pas clair').check()
    await answer.getByRole('button', { name: 'Pas utile' }).click()
    await page.getByRole('status').getByText('Merci, votre avis est noté.').waitFor()
    assert.match(squeezed(await answer.innerText()), /Votre avis : pas utile/)
  })

  scene('a recruiter and a counsellor', server, async ({ open }) => {
    const { page } = await open({ ...without, address: '/simple' })
    await become(page, 'recruiter')
    await page.getByRole('button', { name: /un homme de moins de 35 ans/ }).click()
    const answer = page.getByRole('article', { name: 'Assistant (IA)' })
    assert.match(squeezed(await answer.innerText()), /bloquée.*« un homme ».*L1142-1/)
    await page.getByRole('link', { name: 'Nouvelle conversation' }).click()
    await become(page, 'counsellor')
    assert.match(await (await ask(page, 'mes offres à plus de 65 %')).innerText(), /DEMO\d+/)
  })

  scene('a person asked for, met and left, on both sides without script', server, async ({ open }) => {
    const { page } = await open({ ...without, address: '/simple' })
    await ask(page, 'code rome boulanger svp')
    await page.getByRole('link', { name: 'Parler à un conseiller' }).click()
    assert.match(await page.getByLabel('Ce que le conseiller recevra').inputValue(), /Mes questions :\n- code rome boulanger svp/)
    assert.equal(await page.getByRole('checkbox').isChecked(), false)
    await page.getByLabel('Votre demande').fill('Sans script')
    await page.getByRole('checkbox').check()
    await page.getByRole('button', { name: 'Envoyer la demande' }).click()
    await page.getByRole('status').getByText('Votre demande attend un conseiller').waitFor()

    const { page: desk } = await open({ ...without, address: '/simple' })
    await become(desk, 'counsellor')
    await desk.getByRole('link', { name: 'Demandes des personnes' }).click()
    const mine = desk.getByRole('article').filter({ hasText: 'Sans script' })
    await mine.getByLabel(/Le nom que la personne verra/).fill('Noa')
    await mine.getByRole('button', { name: /^Prendre la conversation : Sans script/ }).click()
    await desk.getByLabel('Votre message à la personne').fill('Bonjour de Noa')
    await desk.getByRole('button', { name: 'Envoyer', exact: true }).click()
    await page.getByRole('link', { name: 'Actualiser' }).click()
    assert.match(await page.getByRole('article', { name: 'Noa, conseiller' }).innerText(), /Bonjour de Noa/)
    await page.getByLabel('Votre message à Noa').fill('Merci Noa')
    await send(page)
    await desk.getByRole('link', { name: 'Actualiser' }).click()
    await desk.getByText('Merci Noa').waitFor()
    await desk.getByRole('button', { name: 'Terminer et rendre la conversation à l\'assistant' }).click()
    await page.getByRole('link', { name: 'Actualiser' }).click()
    assert.match(await (await ask(page, 'et un boucher ?')).innerText(), /D1101/)
  })

  scene('a CV that cannot be read, an empty question: said beside what was typed', server, async ({ open, expect }) => {
    expect(status(400, 422))
    const { page } = await open({ ...without, address: '/simple' })
    await page.getByLabel('Votre question').fill('Mes compétences ?')
    await page.getByLabel(/Joindre/).setInputFiles(path.join(root, 'testdata/cv/chiffre.pdf'))
    await send(page)
    assert.match(await page.getByRole('alert').innerText(), /mot de passe/)
    assert.equal(await page.getByLabel('Votre question').inputValue(), 'Mes compétences ?')
    await page.getByLabel('Votre question').fill('')
    await send(page)
    assert.match(await page.getByRole('alert').innerText(), /vide/)
  })

  scene('the text mode: one answer a page, nothing else to load', server, async ({ open }) => {
    const { page } = await open({ ...without, address: '/simple' })
    await page.getByRole('link', { name: /Version texte/ }).click()
    const loaded = []
    page.context().on('request', (r) => { if (!r.url().startsWith('data:')) loaded.push(r) })
    await page.goto(`${server.url}/simple`)
    await ask(page, 'code rome boulanger svp')
    await page.getByRole('link', { name: 'Mes données' }).click()
    await page.getByRole('link', { name: 'Accessibilité' }).click()
    const documents = loaded.filter((r) => r.isNavigationRequest())
    assert.deepEqual(loaded.filter((r) => !r.isNavigationRequest()).map((r) => r.url()), [])
    const bytes = await Promise.all(documents.map(async (r) => (await r.sizes()).responseBodySize))
    assert.ok(Math.max(...bytes) < 9000, `${bytes}`)
    await shot({ page, server }, 'plain-text-mode')
    await page.getByRole('link', { name: 'Avec mise en page' }).click()
    assert.ok(await page.locator('link[rel=stylesheet]').count())
  })

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const width of [320, 768, 1280]) {
      scene(`every page ${width} pixels wide, ${colorScheme}: no breach of WCAG`, server, async ({ open }) => {
        const v = await open({ viewport: { width, height: 800 }, colorScheme, address: '/simple' })
        const look = async (/** @type {string} */ name) => {
          assert.deepEqual(await axe(v.page), [], name)
          assert.deepEqual(await v.wide(), [], name)
          await shot(v, `plain-${name}-${width}-${colorScheme}`)
        }
        await look('empty')
        await ask(v.page, 'code rome boulanger svp')
        await v.page.getByText('Donner mon avis').click()
        await look('answer')
        await v.page.getByRole('link', { name: 'Parler à un conseiller' }).click()
        await look('human')
        for (const [name, address] of [['find', '/chercher?q=boulanger'], ['domains', '/chercher?domaine=tous'], ['data', '/mes-donnees'], ['register', '/registre'], ['statement', '/accessibilite'], ['text', '/simple?texte=1']]) {
          await v.page.goto(server.url + address)
          await look(name)
        }
      })
    }
  }
})
