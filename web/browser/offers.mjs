// Offers that come to a portfolio while people look at it.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { program } from './server.mjs'

let made = 0

/** An offer that will probably last, in the public shape. */
export const slow = (/** @type {string} */ title) => ({
  id: `NAV${Date.now().toString(36)}${++made}`.toUpperCase(), intitule: title, typeContrat: 'CDI', romeCode: 'I1304', codeNAF: '25.62B', qualificationCode: '7',
  description: 'Vous dépannez les lignes et tenez les stocks de pièces. Astreintes un week-end sur quatre. CDI, 39 h. Cinq ans d’expérience, permis B exigé.',
  dateCreation: new Date(Date.now() - 3 * 86400e3).toISOString(), experienceExige: 'E', experienceLibelle: '5 An(s)', dureeTravailLibelle: '39H Travail en journée',
  lieuTravail: { libelle: '72 - LE MANS', codePostal: '72000' }, salaire: { libelle: 'Mensuel de 2100.0 Euros sur 12 mois' }, permis: [{ exigence: 'E' }],
})

/** Imports offers beside the server, as a night's task would. @param {import('./server.mjs').Server} server @param {any[]} offers */
export async function bring(server, ...offers) {
  const dir = mkdtempSync(path.join(tmpdir(), 'tandem-offers-'))
  const file = path.join(dir, 'offres.json')
  writeFileSync(file, JSON.stringify({ resultats: offers }))
  const { stdout } = await promisify(execFile)(program, ['offers', 'import', file, '--agency', 'demo', '--company', 'demo'], { env: server.env })
  rmSync(dir, { recursive: true })
  return stdout
}
