// What the page says of a profile that a new release of ROME has changed. The
// Go tests load releases; here the server's answer is made to speak of one.
import assert from 'node:assert/strict'
import path from 'node:path'
import { suite } from 'node:test'
import { over, plain, scene } from '../page.mjs'
import { root } from '../server.mjs'

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('a new release of ROME', () => {
  scene('what it changed in the profile is said, and taken only when asked', server, async ({ open }) => {
    const seeker = await open()
    await seeker.join(path.join(root, 'testdata/cv/deux-colonnes.pdf'))
    await seeker.composer.press('Enter')
    const card = (await over(seeker.turns.first())).locator('.card-skills')
    const label = await card.locator('.choices').nth(1).getAttribute('aria-label')
    await card.getByRole('button', { name: `Accepter : ${label}`, exact: true }).click()
    await card.locator(`button[aria-label="Accepter : ${label}"][aria-pressed=true]`).waitFor()

    const asked = []
    let taken = false
    await seeker.page.route('**/api/profile', async (route) => {
      const request = route.request()
      if (request.method() === 'POST') asked.push(request.postDataJSON())
      const renewed = Boolean(request.postDataJSON()?.renew)
      const response = await route.fetch(renewed ? { method: 'GET', postData: undefined } : {})
      const profile = await response.json()
      taken ||= renewed
      if (!taken) profile.items.find((i) => i.status === 'accepted').now = { state: 'replaced', code: '999999', label: 'Un autre nom', why: 'appellations', version: '99' }
      profile.items.push({ code: '888888', label: 'Lancer un cerf-volant', kind: 'competence', status: 'accepted', rome_version: '60', now: { state: 'retired', version: '99' } })
      await route.fulfill({ response, json: profile })
    })
    await seeker.page.reload()
    await over(seeker.turns.first())
    const row = card.locator('.proposal').filter({ hasText: 'dans la version 99' })
    assert.match(plain(await row.innerText()), /Gardé de la version \d+ ; dans la version 99, « Un autre nom » le remplace, avec le code 999999\./)
    const beside = card.locator('.group').filter({ has: seeker.page.getByRole('heading', { name: 'Ce que la nouvelle version du ROME change' }) })
    assert.match(await beside.innerText(), /Lancer un cerf-volant.*Gardé de la version 60 ; la version 99 ne l’a plus\./s)
    assert.equal(await beside.getByRole('link', { name: 'Lancer un cerf-volant' }).getAttribute('href'), `${server.url}/rome/888888`)
    assert.equal(await beside.getByRole('button').count(), 0, 'there is nothing to take for what is gone')

    await row.getByRole('button', { name: 'Prendre le nouveau code' }).click()
    await row.waitFor({ state: 'detached' })
    assert.equal(asked.length, 1, 'nothing was sent before the person asked')
    assert.equal(asked[0].renew.length, 1)
  })
})
