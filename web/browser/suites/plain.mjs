// The essential path without JavaScript: ask, read, join a CV.
import assert from 'node:assert/strict'
import path from 'node:path'
import { suite } from 'node:test'
import { scene, status } from '../page.mjs'
import { root } from '../server.mjs'

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('without JavaScript', () => {
  const without = { javaScriptEnabled: false }
  const send = (page) => page.getByRole('button', { name: 'Envoyer' }).click()

  scene('ask, read, ask again', server, async ({ open }) => {
    const { page } = await open(without)
    assert.equal(await page.locator('.disclosure').innerText(), 'Vous échangez avec une intelligence artificielle.')
    await page.getByLabel('Votre question').fill('code rome boulanger svp')
    await send(page)
    const answer = page.getByRole('article', { name: 'Assistant (IA)' })
    assert.match(await answer.innerText(), /D1102/)
    await page.getByLabel('Votre question').fill('et ses métiers proches ?')
    await send(page)
    assert.match(await page.getByRole('article', { name: 'Vous' }).last().innerText(), /métiers proches/)
    assert.match(await answer.last().innerText(), /D1104|Pâtissier/)
    await answer.last().getByRole('link').first().click()
    assert.match(new URL(page.url()).pathname, /^\/rome\//)
    assert.match(await page.locator('main').innerText(), /Source : France Travail, ROME 4\.0/)
  })

  scene('send a CV', server, async ({ open }) => {
    const { page } = await open(without)
    await page.getByLabel('Votre question').fill('Quelles compétences dans mon CV ?')
    await page.getByLabel(/Joindre/).setInputFiles(path.join(root, 'testdata/cv/deux-colonnes.pdf'))
    await send(page)
    assert.match(await page.getByRole('article', { name: 'Assistant (IA)' }).innerText(), /D1102.*« Confectionner des viennoiseries »/s)
  })

  scene('a CV that cannot be read, an empty question', server, async ({ open, expect }) => {
    expect(status(400, 422))
    const { page } = await open({ ...without, address: '/simple' })
    await page.getByLabel(/Joindre/).setInputFiles(path.join(root, 'testdata/cv/chiffre.pdf'))
    await send(page)
    assert.match(await page.getByRole('alert').innerText(), /mot de passe/)
    await page.locator('main').getByRole('link', { name: 'Poser une question' }).click()
    await send(page)
    assert.match(await page.getByRole('alert').innerText(), /vide/)
  })
})
