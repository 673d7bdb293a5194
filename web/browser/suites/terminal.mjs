// The same questions in the terminal, beside the server that runs.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import path from 'node:path'
import { suite, test } from 'node:test'
import { promisify } from 'node:util'
import { program, root } from '../server.mjs'

/** @param {import('../server.mjs').Server} server */
export default (server) => suite('tandem ask', () => {
  const ask = async (...args) => (await promisify(execFile)(program, ['ask', ...args], { env: server.env })).stdout

  test('a code, with its source', async () => {
    const said = await ask('code rome boulanger svp')
    assert.match(said, /D1102\W+\(Boulanger \/ Boulangère\)/)
    assert.match(said, /Sources :\n\s+\[D1102\] Boulanger \/ Boulangère/)
  })

  test('a CV', async () => {
    const said = await ask('--file', path.join(root, 'testdata/cv/deux-colonnes.pdf'), 'quelles compétences dans mon cv ?')
    assert.match(said, /D1102/)
    assert.match(said, /« Confectionner des viennoiseries »/)
  })

  test('an illegal offer, and its rewrite', async () => {
    const offer = '« Recherche homme de moins de 35 ans, bonne présentation, pour notre boulangerie à Nantes. CDI 39 h. »'
    const said = await ask('--role', 'recruiter', `Cette offre est-elle conforme ? ${offer}`)
    assert.match(said, /« \**homme/)
    assert.match(said, /L1132-1/)
    const rewritten = await ask('--role', 'recruiter', `Réécris cette offre : ${offer}`)
    assert.match(rewritten, /boulangerie à Nantes/)
    assert.match(rewritten, /moins de 35 ans\**\s*» : retiré/)
  })

  test('a delay', async () => {
    const said = await ask('--role', 'recruiter', 'cette offre va mettre combien de temps ? Boulanger (H/F) en CDI à Nantes')
    assert.match(said, /\d+\s%/)
    assert.match(said, /30 jours/)
  })

  test('a mistake is one French sentence and a code', async () => {
    await assert.rejects(ask('--role', 'roi', 'bonjour'), (err) => err.code > 0 && /rôle "roi" inconnu/.test(err.stderr))
  })
})
