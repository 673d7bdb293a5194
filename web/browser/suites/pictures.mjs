// The pictures of README, taken of the running program: SCREENSHOTS=1 writes
// those that are kept, SCREENSHOTS=all every card in both schemes.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'node:test'
import { over, scene } from '../page.mjs'
import { root } from '../server.mjs'

const folder = path.join(import.meta.dirname, '../screenshots')
const kept = ['chat-light', 'data-light', 'phone-dark', 'skills-light', 'profile-light', 'legality-light', 'delay-light', 'legality-dark', 'narrow-light']

const offer = `Vérifiez cette offre :
Boulanger en CDI à Nantes, 39 h par semaine, 2 100 € brut par mois.
Nous cherchons un homme de moins de 35 ans, français de naissance, pour notre fournil. Envoyez votre CV avec photo.`

/** Each brings the page to what is worth showing. @type {Record<string, (v: import('../page.mjs').Visitor) => Promise<import('playwright-core').Locator>>} */
const subjects = {
  async chat(v) {
    return v.ask('code rome boulanger svp')
  },
  async data(v) {
    const turn = await v.ask('code rome boulanger svp')
    await v.page.getByRole('button', { name: 'Mes données' }).click()
    await v.page.getByRole('dialog').waitFor()
    return turn
  },
  async skills(v) {
    await v.join(path.join(root, 'testdata/cv/deux-colonnes.pdf'))
    await v.composer.press('Enter')
    const turn = await over(v.turns.first())
    const card = turn.locator('.card-skills')
    for (const [i, choice] of ['Accepter', 'Accepter', 'Refuser'].entries()) {
      const saved = v.page.waitForResponse((r) => r.url().endsWith('/api/profile') && r.request().method() === 'POST')
      await card.locator('.choices').nth(i).getByRole('button', { name: choice }).click()
      await saved
    }
    await card.getByRole('button', { name: 'Voir dans le texte' }).click()
    await card.locator('.reader mark').first().waitFor()
    return card
  },
  async profile(v) {
    await v.page.goto(`${v.server.url}/profil`)
    await v.page.locator('.start input[type=file]').setInputFiles(path.join(root, 'testdata/cv/deux-colonnes.pdf'))
    for (const choice of ['Accepter', 'Accepter', 'Refuser']) await v.page.locator('.decide').getByRole('button', { name: new RegExp(`^${choice}`) }).first().click()
    await v.page.locator('.reader mark.here').first().waitFor()
    return v.page.locator('.decide')
  },
  async legality(v) {
    await v.become('recruiter')
    return (await v.ask(offer)).locator('.card-legality')
  },
  async delay(v) {
    await v.become('recruiter')
    return (await v.ask('Combien de temps pour recruter un boulanger en CDI à Nantes, 39 h, débutant accepté ?')).locator('.card-delay')
  },
}

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('pictures', () => {
  const shots = [...Object.keys(subjects).flatMap((name) => ['light', 'dark'].map((scheme) => ({ name, subject: name, scheme, width: 1280, height: ['chat', 'data'].includes(name) ? 760 : 900 }))),
    { name: 'narrow', subject: 'skills', scheme: 'light', width: 320, height: 700 },
    { name: 'phone', subject: 'chat', scheme: 'dark', width: 390, height: 760 }]
  for (const { name, subject, scheme, width, height } of shots) {
    const file = `${name}-${scheme}`
    if (process.env.SCREENSHOTS !== 'all' && !kept.includes(file)) continue
    scene(file, server, async ({ open }) => {
      const visitor = await open({ viewport: { width, height }, colorScheme: /** @type {any} */ (scheme), reducedMotion: 'reduce' })
      const shown = await subjects[subject](visitor)
      await shown.evaluate((el) => el.scrollIntoView({ block: 'start' }))
      await visitor.page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement?.shadowRoot?.activeElement)?.blur())
      mkdirSync(folder, { recursive: true })
      await visitor.page.screenshot({ path: path.join(folder, `${file}.png`) })
    })
  }
})
