import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, busy, empty, reduce } from '../transcript.js';

const play = (events, from = empty) => events.reduce(reduce, from);
const custom = (name, value) => ({ type: 'CUSTOM', name, value });
const start = (runId) => ({ type: 'RUN_STARTED', threadId: 't', runId });
const said = (messageId, content) => custom('user_message', { messageId, content });
const text = (messageId, ...deltas) => [
  { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' },
  ...deltas.map((delta) => ({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta })),
  { type: 'TEXT_MESSAGE_END', messageId },
];
const done = (runId) => ({ type: 'RUN_FINISHED', threadId: 't', runId, outcome: { type: 'success' } });
const whole = [
  start('r1'), said('q1', 'code rome boulanger'),
  { type: 'STEP_STARTED', stepName: 'search_rome' },
  { type: 'ACTIVITY_SNAPSHOT', messageId: 'c:progress', activityType: 'progress', content: { label: 'Je cherche', percent: 40, tool: 'search_rome' } },
  { type: 'ACTIVITY_SNAPSHOT', messageId: 'c:activity', activityType: 'rome.occupation', content: { found: true } },
  custom('source', { sourceId: 'D1102', kind: 'url', title: 'Boulanger', passage: '' }),
  custom('source', { sourceId: 'D1102', kind: 'url', title: 'Boulanger', passage: '' }),
  { type: 'STEP_FINISHED', stepName: 'search_rome' },
  ...text('m1', 'Le code est ', 'D1102.'),
  custom('receipt', { model: 'x' }), done('r1'),
];

test('a log from its start gives the whole transcript', () => {
  const { turns } = play(whole);
  assert.equal(turns.length, 1);
  const [t] = turns;
  assert.equal(t.status, 'done');
  assert.equal(t.question.content, 'code rome boulanger');
  assert.deepEqual(t.parts.map((p) => [p.kind, p.text ?? p.type]), [['activity', 'rome.occupation'], ['text', 'Le code est D1102.']]);
  assert.equal(t.sources.length, 1, 'a source cited twice is one source');
  assert.equal(t.receipt.model, 'x');
  assert.equal(t.progress, null);
  assert.equal(t.step, null);
});

test('a question asked here becomes the server’s turn, not a second one', () => {
  const local = reduce(empty, asked('r1', { messageId: 'q1', content: 'code rome boulanger' }));
  assert.equal(local.turns[0].status, 'sending');
  const here = play(whole, local);
  assert.deepEqual(here, play(whole), 'the same as in a tab that only read the log');
});

test('reduce changes nothing in place and shares what is the same', () => {
  const first = play([...whole, start('r2')]);
  const frozen = JSON.stringify(first);
  const second = play(text('m2', 'bonjour'), first);
  assert.equal(JSON.stringify(first), frozen);
  assert.equal(second.turns[0], first.turns[0], 'an old turn is not redrawn');
  assert.notEqual(second.turns[1], first.turns[1]);
});

test('a stop keeps what was said and closes it', () => {
  const events = [start('r1'), said('q', 'x'), ...text('m1', 'un début').slice(0, 2), { type: 'RUN_ERROR', runId: 'r1', code: 'aborted', message: 'Réponse arrêtée à votre demande.' }];
  const [t] = play(events).turns;
  assert.equal(t.status, 'stopped');
  assert.deepEqual(t.parts[0], { kind: 'text', id: 'm1', text: 'un début', done: true, name: '' });
  assert.ok(!busy(t));
});

test('a failure is kept with its sentence; a late one does not spoil an answer', () => {
  const failure = { type: 'RUN_ERROR', runId: 'r1', code: 'unavailable', message: 'Réessayez.' };
  assert.equal(play([start('r1'), failure]).turns[0].error.message, 'Réessayez.');
  assert.equal(play([...whole, failure]).turns[0].status, 'done');
  assert.equal(play([start('r1'), failure, done('r1')]).turns[0].status, 'failed');
});

test('an error without a run concerns no turn', () => {
  const before = play([start('r1')]);
  assert.equal(reduce(before, { type: 'RUN_ERROR', code: 'invalid', message: 'x' }), before);
});

test('a new run ends the one that another tab replaced', () => {
  const { turns } = play([start('r1'), ...text('m1', 'a').slice(0, 2), start('r2')]);
  assert.deepEqual(turns.map((t) => t.status), ['stopped', 'running']);
  assert.equal(turns[0].parts[0].done, true);
});

test('the same run id asked again is a turn of its own', () => {
  const { turns } = play([...whole, start('r1'), ...text('m2', 'suite'), done('r1')]);
  assert.equal(turns.length, 2);
  assert.equal(new Set(turns.map((t) => t.key)).size, 2);
  assert.equal(turns[1].parts[0].text, 'suite');
});

test('an activity sent again replaces itself', () => {
  const snapshot = (n) => ({ type: 'ACTIVITY_SNAPSHOT', messageId: 'a', activityType: 'offer.list', content: { n } });
  const { turns } = play([start('r'), snapshot(1), snapshot(2)]);
  assert.deepEqual(turns[0].parts.map((p) => p.content.n), [2]);
});

test('hostile and unknown events change nothing', () => {
  const before = play(whole);
  for (const event of [null, undefined, {}, { type: 'NEW_THING' }, { type: 'TEXT_MESSAGE_CONTENT' }, { type: 'ACTIVITY_SNAPSHOT', messageId: 'z', activityType: 'offer.list' },
    { type: 'TEXT_MESSAGE_END', messageId: 'nobody' }, custom('later', {}), custom('feedback', { messageId: 'nobody', score: 1 })]) {
    assert.equal(reduce(before, event), before, JSON.stringify(event));
  }
  assert.deepEqual(reduce(empty, custom('source', {})), empty);
});

test('a counsellor speaks outside of any run, by name', () => {
  const state = play([...whole, custom('handoff.accepted', { name: 'Dominique' }),
    { type: 'TEXT_MESSAGE_START', messageId: 'h1', role: 'assistant', name: 'Dominique' }, { type: 'TEXT_MESSAGE_CONTENT', messageId: 'h1', delta: 'Bonjour' }]);
  assert.equal(state.handoff, 'accepted');
  assert.equal(state.counsellor, 'Dominique');
  assert.deepEqual(state.turns[1].parts[0], { kind: 'text', id: 'h1', text: 'Bonjour', done: false, name: 'Dominique' });
  assert.equal(state.turns[1].status, 'done');
});

test('feedback goes to the turn of its message', () => {
  const state = play([...whole, start('r2'), ...text('m2', 'x'), done('r2'), custom('feedback', { messageId: 'm1', score: -1 })]);
  assert.deepEqual(state.turns.map((t) => t.feedback), [{ m1: -1 }, {}]);
});

test('progress is bounded', () => {
  const state = play([start('r'), { type: 'ACTIVITY_SNAPSHOT', messageId: 'p', activityType: 'progress', content: { percent: 400 } }]);
  assert.equal(state.turns[0].progress.percent, 100);
});

test('a question that is said better takes the place of the first and of what followed', () => {
  const before = play([...whole, start('r2'), said('q2', 'et boucher ?'), ...text('m2', 'D1101.'), done('r2')]);
  const local = reduce(before, asked('r3', { messageId: 'q3', content: 'code rome plombier' }, 'r1'));
  assert.deepEqual(local.turns.map((t) => t.runId), ['r3']);
  const events = [start('r3'), said('q3', 'code rome plombier'), custom('replaces', { runId: 'r1' }), ...text('m3', 'F1603.'), done('r3')];
  assert.deepEqual(play(events, local).turns.map((t) => [t.runId, t.question.content]), [['r3', 'code rome plombier']]);
  // Another tab, which did not ask, and a reload see the same.
  assert.deepEqual(play(events, before).turns.map((t) => t.runId), ['r3']);
  assert.deepEqual(play([start('r3'), custom('replaces', { runId: 'unknown' })], before).turns.map((t) => t.runId), ['r1', 'r2', 'r3']);
});

test('a request that is taken back leaves nothing, one that was answered says that it ended', () => {
  const asks = custom('handoff.requested', { message: 'Prochaine permanence : lundi à 8 h 30.' });
  assert.equal(play([asks]).waiting, 'Prochaine permanence : lundi à 8 h 30.');
  assert.equal(play([asks, custom('handoff.ended', { by: 'person' })]).handoff, 'none');
  assert.equal(play([asks, custom('handoff.accepted', { name: 'Camille' }), custom('handoff.ended', { by: 'counsellor' })]).handoff, 'ended');
});
