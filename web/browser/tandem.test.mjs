// Everything that is tested against the running program, on one server: the
// first start loads ROME, and that is slow enough once. ROME_ARCHIVE gives all of
// ROME; without it the built-in extract serves, and everything here holds too.
//
// For whoever works on these tests: BROWSER_DATA keeps the data folder between
// runs, BROWSER_TANDEM names another build, SCREENSHOTS=1 writes the pictures,
// SHOTS=folder those of single scenes.
import { after, before } from 'node:test'
import { FakeModel } from './model.mjs'
import { closeBrowser } from './page.mjs'
import { Server } from './server.mjs'
import access from './suites/access.mjs'
import answers from './suites/answers.mjs'
import handoff from './suites/handoff.mjs'
import interop from './suites/interop.mjs'
import keys from './suites/keys.mjs'
import mistakes from './suites/mistakes.mjs'
import outages from './suites/outages.mjs'
import pictures from './suites/pictures.mjs'
import plain from './suites/plain.mjs'
import portfolio from './suites/portfolio.mjs'
import profile from './suites/profile.mjs'
import releases from './suites/releases.mjs'
import states from './suites/states.mjs'
import streams from './suites/streams.mjs'
import talks from './suites/talks.mjs'
import terminal from './suites/terminal.mjs'
import weight from './suites/weight.mjs'
import workshop from './suites/workshop.mjs'

const server = new Server()
const model = new FakeModel()

before(async () => {
  await model.start()
  await server.start()
})
after(async () => {
  await closeBrowser()
  await model.stop()
  await server.end()
})

// With the offline model, which answers at once.
interop(server)
terminal(server)
answers(server)
talks(server)
workshop(server)
profile(server)
mistakes(server)
access(server)
weight(server)
handoff(server)
plain(server)
releases(server)
portfolio(server)
if (process.env.SCREENSHOTS) pictures(server)

// With a model that speaks when told to, so that things can happen meanwhile.
streams(server, model)
states(server, model)
keys(server, model)
outages(server, model)
