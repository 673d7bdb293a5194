import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summaryOf } from '../handoff.js';
import { empty, reduce } from '../transcript.js';

test('the summary says what was asked, joined and shown, within its bound', () => {
  const run = (/** @type {number} */ i, /** @type {string} */ content) => [
    { type: 'RUN_STARTED', runId: `r${i}` },
    { type: 'CUSTOM', name: 'user_message', value: { messageId: `q${i}`, content, document: { id: 'd', name: 'cv.pdf' } } },
    { type: 'ACTIVITY_SNAPSHOT', messageId: `c${i}`, activityType: 'rome.occupation', content: {} },
    { type: 'TEXT_MESSAGE_START', messageId: `m${i}` }, { type: 'TEXT_MESSAGE_CONTENT', messageId: `m${i}`, delta: `Le **code** ${i} [D1102].` },
    { type: 'RUN_FINISHED', runId: `r${i}` },
  ];
  const state = run(1, 'code rome\nboulanger').reduce(reduce, empty);
  assert.equal(summaryOf(state, 'seeker'),
    'Profil : candidat.\nMes questions :\n- code rome boulanger\nFichier joint : cv.pdf\nAffiché par l’assistant : fiche métier\nDernière réponse de l’assistant : Le code 1 D1102.');
  const long = Array.from({ length: 300 }, (_, i) => run(i, 'x'.repeat(10_000))).flat().reduce(reduce, empty);
  assert.ok(summaryOf(long, 'seeker').length <= 4000);
  assert.equal(summaryOf(empty, 'recruiter'), 'Profil : recruteur.');
});
