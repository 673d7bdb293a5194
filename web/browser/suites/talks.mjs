// One's own conversations: a question said better, an answer asked for again,
// the list of them; and what is kept when the network or the page goes.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'node:test'
import { over, plain, scene } from '../page.mjs'
import { root } from '../server.mjs'

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('talks', () => {
  scene('a question is said better, an answer is asked for again', server, async ({ open }) => {
    const seeker = await open()
    await seeker.ask('code rome boulanger svp')
    await seeker.ask('code rome boucher svp')
    assert.equal(await seeker.page.getByRole('button', { name: 'Refaire' }).count(), 1, 'only the last answer is made again')
    await seeker.page.getByRole('button', { name: 'Refaire' }).click()
    await over(seeker.turns.nth(1))
    await seeker.turns.nth(1).getByText('D1101').first().waitFor()
    assert.equal(await seeker.turns.count(), 2)

    // The first question, changed, takes the place of all that followed.
    await seeker.page.getByRole('button', { name: 'Modifier ma question' }).first().click()
    const field = seeker.page.getByLabel('Votre question, corrigée')
    assert.equal(await field.inputValue(), 'code rome boulanger svp')
    await field.press('Escape')
    assert.equal(await seeker.page.evaluate(() => document.activeElement.shadowRoot.activeElement.getAttribute('aria-label')), 'Modifier ma question', 'the focus comes back')
    await seeker.page.getByRole('button', { name: 'Modifier ma question' }).first().click()
    await field.fill('code rome plombier svp')
    await seeker.page.getByRole('button', { name: 'Renvoyer' }).click()
    const turn = await over(seeker.turns.first())
    await turn.getByText('F1603').first().waitFor()
    assert.equal(await seeker.turns.count(), 1)

    // So it is for everybody, and for the assistant, who forgot the first.
    const two = await seeker.tab()
    await over(two.turns.first())
    assert.equal(await two.turns.count(), 1)
    assert.doesNotMatch(await two.log.innerText(), /boulanger|boucher/i)
    const next = await two.ask('et ses métiers proches ?')
    assert.doesNotMatch(await next.innerText(), /D110[12]/)
  })

  scene('conversations are found, named, taken away, deleted and kept after all', server, async ({ open }) => {
    const seeker = await open()
    await seeker.ask('code rome boulanger svp')
    const first = seeker.thread
    await seeker.page.getByRole('button', { name: 'Nouvelle conversation' }).click()
    await seeker.ask('code rome plombier svp')
    const opener = seeker.page.getByRole('button', { name: 'Mes conversations' })
    await opener.click()
    const panel = seeker.page.getByRole('dialog', { name: 'Mes conversations' })
    const rows = panel.getByRole('listitem')
    await rows.nth(1).waitFor()
    assert.equal(await rows.count(), 2)
    assert.match(plain(await rows.first().innerText()), /code rome plombier svp .*effacée à \d\d:\d\d sans nouveau message/)

    await panel.getByLabel('Chercher un mot').fill('boulangere') // in the answer, without its accent
    await panel.getByText('1 conversation trouvée').waitFor()
    await panel.getByLabel('Chercher un mot').fill('zzz')
    await panel.getByText('Aucune conversation n’a ces mots.').waitFor()
    await panel.getByLabel('Chercher un mot').fill('')
    await rows.nth(1).waitFor()

    await panel.getByRole('button', { name: 'Renommer : code rome boulanger svp' }).click()
    await panel.getByLabel('Nouveau titre').fill('Mon fournil')
    await panel.getByRole('button', { name: 'Enregistrer' }).click()
    await panel.getByRole('button', { name: 'Mon fournil', exact: true }).waitFor()
    const download = async (/** @type {string} */ name) => {
      const [file] = await Promise.all([seeker.page.waitForEvent('download'), panel.getByRole('link', { name }).click()])
      return readFileSync(await file.path(), 'utf8')
    }
    const text = await download('Emporter en texte (Markdown) : Mon fournil')
    assert.match(text, /^# Mon fournil\n[^]*## Vous\n\ncode rome boulanger svp\n[^]*## Assistant \(IA\)\n\n[^]*D1102[^]*Sources :/)
    const data = JSON.parse(await download('Emporter en données (JSON) : Mon fournil'))
    assert.equal(data.turns[0].question, 'code rome boulanger svp')
    assert.ok(data.turns[0].sources.some((s) => s.sourceId === 'D1102'))

    await panel.getByRole('button', { name: 'Supprimer : Mon fournil' }).click()
    await panel.getByText('« Mon fournil » est supprimée.').waitFor()
    assert.equal(await rows.filter({ visible: true }).count(), 1)
    await panel.getByRole('button', { name: 'Annuler la suppression' }).click()
    await panel.getByRole('button', { name: 'Mon fournil', exact: true }).click()
    await panel.waitFor({ state: 'detached' })
    assert.equal(seeker.thread, first)
    await seeker.turns.first().getByText('D1102').first().waitFor()

    // Deleted for good when the panel closes; the one that is open gives way to a new one.
    await opener.click()
    await panel.getByRole('button', { name: 'Supprimer : Mon fournil' }).click()
    const gone = seeker.page.waitForResponse((r) => r.request().method() === 'DELETE')
    await seeker.page.keyboard.press('Escape')
    assert.equal((await gone).status(), 204)
    await seeker.page.getByRole('heading', { name: 'Bonjour.' }).waitFor()
    assert.notEqual(seeker.thread, first)
    await opener.click()
    await rows.first().waitFor()
    assert.equal(await rows.count(), 1)
  })

  scene('a file is pasted; a text that is pasted is not one', server, async ({ open }) => {
    const seeker = await open()
    const paste = (/** @type {boolean} */ words) => seeker.composer.evaluate((el, [base64, words]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], 'collé.pdf', { type: 'application/pdf' }))
      if (words) transfer.setData('text/plain', 'du texte')
      el.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true, cancelable: true }))
    }, /** @type {[string, boolean]} */ ([readFileSync(path.join(root, 'testdata/cv/deux-colonnes.pdf')).toString('base64'), words]))
    await paste(true)
    assert.equal(await seeker.attachment.isVisible(), false)
    await paste(false)
    await seeker.attachment.getByText('caractères lus').waitFor()
    await seeker.page.getByRole('button', { name: 'Retirer collé.pdf' }).click()
    assert.equal(await seeker.attachment.isVisible(), false)
  })

  scene('what is being written is kept, conversation by conversation', server, async ({ open }) => {
    const seeker = await open()
    await seeker.ask('code rome boulanger svp')
    await seeker.composer.fill('une question à finir')
    await seeker.page.reload()
    await seeker.turns.first().waitFor()
    assert.equal(await seeker.composer.inputValue(), 'une question à finir')
    await seeker.page.getByRole('button', { name: 'Nouvelle conversation' }).click()
    assert.equal(await seeker.composer.inputValue(), '')
  })
})
