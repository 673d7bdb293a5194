// RGAA 4.1: what a person who does not see, does not use a mouse, zooms or does
// not bear motion meets.
import assert from 'node:assert/strict'
import { suite } from 'node:test'
import { scene } from '../page.mjs'
import { illegal } from './answers.mjs'

/** Writes down every change of every status of the page. @param {import('../page.mjs').Visitor} visitor */
export async function listen(visitor) {
  await visitor.page.evaluate(() => {
    const said = (window.said = [])
    const root = document.querySelector('tandem-chat').shadowRoot
    for (const el of root.querySelectorAll('[role=status], [aria-live=polite], [aria-live=assertive]')) {
      new MutationObserver(() => said.push(el.textContent)).observe(el, { childList: true, characterData: true, subtree: true })
    }
  })
  return () => visitor.page.evaluate(() => window.said)
}

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('access', () => {
  scene('what is there before any message', server, async ({ open }) => {
    const seeker = await open()
    assert.equal(await seeker.log.count(), 1)
    assert.equal(await seeker.turns.count(), 0)
    assert.equal(await seeker.log.getAttribute('aria-label'), 'Messages')
    assert.equal(await seeker.page.locator('html').getAttribute('lang'), 'fr')
    assert.ok(await seeker.page.getByText('Vous échangez avec une intelligence artificielle.').isVisible())
    assert.ok(await seeker.page.getByRole('button', { name: 'Parler à un conseiller' }).isVisible())
  })

  scene('one announcement an answer', server, async ({ open }) => {
    const seeker = await open()
    const heard = await listen(seeker)
    await seeker.ask('code rome boulanger svp')
    await seeker.ask('et pour un boucher ?')
    const said = await heard()
    assert.equal(said.length, 2, said.join('\n---\n'))
    assert.match(said[0], /^Réponse reçue\. .*D1102.*fiche métier/s)
    assert.match(said[1], /^Réponse reçue\. .*D1101/s)
    // Each message says who speaks.
    assert.deepEqual(await seeker.log.getByRole('article').evaluateAll((all) => all.map((a) => a.getRootNode().getElementById(a.getAttribute('aria-labelledby')).textContent)),
      ['Vous', 'Assistant (IA)', 'Vous', 'Assistant (IA)'])
  })

  scene('keyboard alone', server, async ({ open }) => {
    const seeker = await open()
    await seeker.composer.waitFor()
    const focused = () => seeker.page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.localName)
    let presses = 0
    for (; await focused() !== 'textarea'; presses++) {
      assert.ok(presses < 25, 'the message is out of reach of Tab')
      await seeker.page.keyboard.press('Tab')
    }
    await seeker.page.keyboard.type('code rome boulanger svp')
    await seeker.page.keyboard.press('Shift+Enter')
    assert.equal(await seeker.turns.count(), 0)
    await seeker.page.keyboard.press('Enter')
    await seeker.turns.first().locator('.answer:not([aria-busy])').waitFor()
    assert.equal(await focused(), 'textarea', 'the focus stays in the message')

    // The dialogue takes the focus, keeps it, and gives it back.
    const human = seeker.page.getByRole('button', { name: 'Parler à un conseiller' })
    await human.focus()
    await seeker.page.keyboard.press('Enter')
    const dialogue = seeker.page.getByRole('dialog', { name: 'Parler à un conseiller' })
    await dialogue.waitFor()
    assert.ok(await dialogue.locator(':focus').count(), 'the focus is in the dialogue')
    assert.equal(await dialogue.getByRole('checkbox').isChecked(), false, 'no consent is given in advance')
    await seeker.page.keyboard.press('Escape')
    await dialogue.waitFor({ state: 'hidden' })
    assert.ok(await human.evaluate((el) => el.getRootNode().activeElement === el), 'the focus comes back')
  })

  scene('320 pixels wide, every card', server, async ({ open }) => {
    const visitor = await open({ viewport: { width: 320, height: 640 } })
    assert.deepEqual(await visitor.wide(), [], 'welcome')
    await visitor.ask('code rome boulanger svp')
    assert.deepEqual(await visitor.wide(), [], 'a métier')
    await visitor.ask('Je suis boulanger : pétrir, cuire des pâtons, confectionner des viennoiseries, gérer une caisse. Quelles sont mes compétences ?')
    assert.deepEqual(await visitor.wide(), [], 'skills')
    await visitor.become('recruiter')
    await visitor.ask(illegal)
    assert.deepEqual(await visitor.wide(), [], 'findings')
    await visitor.ask('cette offre va mettre combien de temps ?')
    assert.deepEqual(await visitor.wide(), [], 'a forecast')
    await visitor.become('counsellor')
    await visitor.ask('mes offres à plus de 65 %')
    assert.deepEqual(await visitor.wide(), [], 'a list')
    assert.ok(await visitor.page.getByText('Vous échangez avec une intelligence artificielle.').isVisible())
    assert.ok(await visitor.page.getByRole('button', { name: 'Parler à un conseiller' }).isVisible())
    for (const b of await visitor.page.locator('tandem-chat button:visible').all()) {
      const box = await b.boundingBox()
      assert.ok(!box || box.height >= 24 || await b.evaluate((el) => getComputedStyle(el).display === 'inline'), `${await b.innerText()} is ${box?.height} px high`)
    }
  })
})
