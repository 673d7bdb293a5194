// What each of the three kinds of people comes for, asked in the page.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { suite } from 'node:test'
import { over, plain, scene } from '../page.mjs'
import { root } from '../server.mjs'
import { eventsOf } from '../socket.mjs'

const cv = path.join(root, 'testdata/cv/deux-colonnes.pdf')

export const illegal = 'Recherche homme de moins de 35 ans, bonne présentation, pour notre boulangerie à Nantes. CDI 39 h.'

/** The words at a span of UTF-8 bytes. @param {string} text @param {{start: number, end: number}} span */
const words = (text, { start, end }) => Buffer.from(text).subarray(start, end).toString()

/** The content of the last activity of a type. @param {any[]} events @param {string} type */
const shown = (events, type) => events.findLast((e) => e.type === 'ACTIVITY_SNAPSHOT' && e.activityType === type)?.content

/** What a card quotes from a text, without the quotation marks. @param {import('playwright-core').Locator} quotes */
const quoted = async (quotes) => {
  await quotes.first().waitFor() // a card is drawn once its module is loaded
  return (await quotes.allInnerTexts()).map((q) => plain(q).replace(/^« ?| ?»$/g, ''))
}

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('answers', () => {
  scene('a seeker asks for a code and opens its source', server, async ({ open }) => {
    const seeker = await open()
    const turn = await seeker.ask('code rome boulanger svp')
    assert.match(await turn.locator('.prose').innerText(), /D1102/)
    assert.equal(await turn.locator('.code-big').innerText(), 'D1102')

    const source = turn.locator('.source').filter({ hasText: 'Boulanger / Boulangère' })
    await source.click()
    const opening = seeker.page.context().waitForEvent('page')
    await turn.getByRole('link', { name: 'Ouvrir la source' }).click()
    const sheet = await opening
    assert.equal(new URL(sheet.url()).pathname, '/rome/D1102')
    assert.equal(await sheet.getByRole('heading', { level: 1 }).innerText(), 'Boulanger / Boulangère')
    const text = await sheet.locator('main').innerText()
    assert.match(text, /D1102/)
    assert.match(text, /Confectionner des viennoiseries/)
    assert.match(text, /Source : France Travail, ROME 4\.0/)
  })

  scene('a CV becomes proposals, each on exact words of it, and decisions are kept', server, async ({ open }) => {
    const seeker = await open()
    await seeker.join(cv)
    await seeker.composer.press('Enter')
    const turn = await over(seeker.turns.first())
    assert.match(await turn.locator('.question').innerText(), /deux-colonnes\.pdf/)

    // What the page shows against the text that the server read, byte by byte.
    const cookie = await seeker.cookie()
    const content = shown(await eventsOf(server.url, cookie, seeker.thread), 'rome.skills')
    const document = await (await fetch(`${server.url}/api/documents/${content.document_id}`, { headers: { Cookie: cookie } })).json()
    assert.ok(content.occupations.some((o) => o.rome === 'D1102'), 'the CV is a baker’s')
    assert.ok(content.skills.length >= 5, `${content.skills.length} skills`)
    for (const found of [...content.occupations, ...content.skills]) {
      assert.ok(found.evidence.length > 0, `${found.label ?? found.rome} has no evidence`)
      for (const span of found.evidence) assert.equal(words(document.text, span), span.text)
    }
    const page = await quoted(turn.locator('.card-skills .evidence .quote'))
    assert.ok(page.length >= 5)
    const read = plain(document.text)
    for (const quote of page) assert.ok(read.includes(quote), `« ${quote} » is not in the CV`)
    // Words that two columns would mix if they were read across.
    assert.ok(page.includes('Confectionner des viennoiseries'), page.join(' | '))

    const labels = await turn.locator('.group').filter({ has: seeker.page.getByRole('heading', { name: 'Savoir-faire' }) })
      .locator('.choices').evaluateAll((all) => all.slice(0, 3).map((el) => el.getAttribute('aria-label')))
    const choice = (name) => seeker.turns.first().getByRole('button', { name, exact: true })
    const decide = async (name) => {
      const saved = seeker.page.waitForResponse((r) => r.url().endsWith('/api/profile') && r.request().method() === 'POST')
      await choice(name).click()
      assert.equal((await saved).status(), 200)
    }
    await decide(`Accepter : ${labels[0]}`)
    await decide(`Accepter : ${labels[1]}`)
    await decide(`Refuser : ${labels[2]}`)

    await seeker.page.reload()
    await over(seeker.turns.first())
    const pressed = (name, value) => seeker.page.locator(`button[aria-label="${name}"][aria-pressed=${value}]`).waitFor()
    await pressed(`Accepter : ${labels[0]}`, true)
    await pressed(`Accepter : ${labels[1]}`, true)
    await pressed(`Refuser : ${labels[2]}`, true)
    await pressed(`Accepter : ${labels[2]}`, false)
    const profile = await (await fetch(`${server.url}/api/profile`, { headers: { Cookie: cookie } })).json()
    const status = Object.fromEntries(profile.items.filter((i) => i.status !== 'proposed').map((i) => [i.label, i.status]))
    assert.deepEqual(status, { [labels[0]]: 'accepted', [labels[1]]: 'accepted', [labels[2]]: 'refused' })
  })

  scene('a CV may be dropped on the page, and its words found in it', server, async ({ open }) => {
    const seeker = await open()
    const data = await seeker.page.evaluateHandle(([base64, name]) => {
      const transfer = new DataTransfer()
      transfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name, { type: 'application/pdf' }))
      return transfer
    }, [readFileSync(cv).toString('base64'), 'mon cv.pdf'])
    const chat = seeker.page.locator('tandem-chat')
    await chat.dispatchEvent('dragover', { dataTransfer: data })
    await seeker.page.getByText('Déposez le fichier ici').waitFor()
    await chat.dispatchEvent('drop', { dataTransfer: data })
    await seeker.attachment.getByText('caractères lus').waitFor()
    assert.match(await seeker.attachment.innerText(), /mon cv\.pdf/)
    const turn = await seeker.ask('Quelles compétences dans mon CV ?')
    const quote = turn.locator('.card-skills .proposals .quote').first()
    const [said] = await quoted(quote)
    await quote.click()
    const mark = turn.locator('.reader mark.here').first()
    await mark.waitFor()
    assert.ok(plain(await turn.locator('.reader mark.here').allInnerTexts().then((t) => t.join(''))).includes(said), `« ${said} » is marked in the text`)
  })

  scene('a recruiter is shown the words, the articles and a rewrite', server, async ({ open }) => {
    const recruiter = await open({ role: 'recruiter' })
    const turn = await recruiter.ask(illegal)
    const content = shown(await eventsOf(server.url, await recruiter.cookie(), recruiter.thread), 'offer.legality')
    assert.equal(content.status, 'blocked')
    const hits = [...content.findings, ...content.advice ?? []]
    for (const f of hits) {
      assert.equal(words(content.text, f.span), f.span.text)
      assert.ok(f.articles.length > 0, `${f.rule} has no article`)
    }
    const card = turn.locator('.card-legality')
    // The offer stands there unchanged, with the words in question marked.
    const offer = await card.locator('.offer-text').first().evaluate((el) => {
      const copy = /** @type {HTMLElement} */ (el.cloneNode(true))
      copy.querySelectorAll('.mark-link').forEach((link) => link.remove())
      return { text: copy.textContent, marks: [...copy.querySelectorAll('mark')].map((m) => m.textContent).join('') }
    })
    assert.equal(offer.text, content.text)
    for (const wrong of ['homme', 'moins de 35 ans', 'bonne présentation']) assert.ok(offer.marks.includes(wrong), `« ${wrong} » is not marked, only « ${offer.marks} »`)
    for (const fine of ['boulangerie', 'Nantes', 'CDI']) assert.ok(!offer.marks.includes(fine), `« ${fine} » is marked`)
    const findings = await card.locator('.findings > .finding').all()
    assert.equal(findings.length, hits.length)
    for (const finding of findings) {
      const link = finding.locator('dd a').first()
      assert.match(await link.textContent(), /art\. [LRD]?\d/)
      assert.match(await link.getAttribute('href'), /^https?:\/\//)
    }

    // Asked for in words, the new wording comes with its own verdict.
    const second = await recruiter.ask('Réécrivez l’offre')
    await second.getByText('Texte réécrit, vérifié de nouveau').waitFor()
    const rewritten = await second.locator('.card-legality .offer-text').innerText()
    assert.doesNotMatch(rewritten, /homme|35 ans/i)
    for (const f of content.findings) assert.ok(!rewritten.includes(f.span.text), `« ${f.span.text} » is still there`)
    assert.match(rewritten, /boulangerie à Nantes/)
    assert.match(rewritten, /CDI 39 h/)
  })

  scene('a recruiter asks how long the offer will take', server, async ({ open }) => {
    const recruiter = await open({ role: 'recruiter' })
    await recruiter.ask('Recherche boulanger ou boulangère (H/F) à Nantes, CDI 39 h, débutant accepté, 2 000 € brut par mois.')
    const turn = await recruiter.ask('cette offre va mettre combien de temps ?')
    const events = await eventsOf(server.url, await recruiter.cookie(), recruiter.thread, 2)
    const f = shown(events, 'offer.delay')
    assert.ok(f.probability > 0 && f.probability < 1)
    assert.ok(f.low < f.probability && f.probability < f.high)
    const card = turn.locator('.card-delay')
    const percent = (/** @type {number} */ p) => `${Math.round(p * 100)} %`
    const said = plain(await card.innerText())
    assert.ok(said.includes(`${percent(f.probability)} de risque de dépasser 30 jours`), said)
    assert.ok(said.includes(`Entre ${percent(f.low)} et ${percent(f.high)}`), said)
    assert.match(said, /délai pour pourvoir l'offre/i)
    assert.match(said, /CDI/)
    assert.match(said, /Nantes/)
    // What the curve says to whoever does not see it, and the curve as a table.
    const drawing = card.getByRole('img', { name: /^Courbe : à 30 jours/ })
    assert.equal(plain(await drawing.locator('title').textContent()).match(/(\d+ %)/)[1], percent(f.probability))
    await card.getByText('Voir la courbe en tableau').click()
    assert.ok(await card.getByRole('row').count() > 3)
    assert.ok(plain(await turn.locator('.prose').innerText()).includes(percent(f.probability)), 'the sentence and the card say the same')
  })

  scene('a counsellor lists the offers at risk', server, async ({ open }) => {
    const counsellor = await open({ role: 'counsellor' })
    const turn = await counsellor.ask('mes offres à plus de 65 %')
    const list = shown(await eventsOf(server.url, await counsellor.cookie(), counsellor.thread), 'offer.list')
    assert.ok(list.rows.length > 0 && list.total >= list.rows.length)
    for (const row of list.rows) assert.ok(row.probability >= 0.65, `${row.id} is at ${row.probability}`)
    const card = turn.locator('.card-list')
    assert.match(plain(await card.innerText()), /65 %/)
    const ids = (await card.getByRole('rowheader').allInnerTexts()).map((t) => t.match(/DEMO\d+|NAV[0-9A-Z]+/)?.[0])
    assert.deepEqual(ids, list.rows.map((r) => r.id))
  })

  scene('what one person said is not shown to another who has the address', server, async ({ open }) => {
    const one = await open({ role: 'counsellor' })
    await one.ask('mes offres à plus de 65 %')
    const other = await open({ address: `/#c=${one.thread}` })
    await other.alert.getByText(/n’est plus disponible/).waitFor()
    assert.equal(await other.turns.count(), 0)
    assert.doesNotMatch(await other.page.locator('body').innerText(), /DEMO/)
    assert.notEqual(other.thread, one.thread)
    const turn = await other.ask('code rome boulanger svp')
    assert.match(await turn.innerText(), /D1102/)
  })
})
