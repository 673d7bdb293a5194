import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diff, edited, editedAll, proposal, statusOf } from '../review.js';

test('an edit is of bytes, and only of its own words', () => {
  const text = 'Équipe : moins de 30 ans, motivée';
  const span = { start: 10, end: 26, text: 'moins de 30 ans,' };
  assert.equal(edited(text, { span, to: 'expérience,' }), 'Équipe : expérience, motivée');
  assert.equal(edited(text.replace('30', '35'), { span, to: '' }), null, 'other words');
  assert.equal(edited('court', { span, to: '' }), null, 'beyond the end');
  assert.equal(edited(text, undefined), null);
});

test('a proposal says what goes or what comes', () => {
  const f = (text, to) => ({ edit: { span: { start: 0, end: 1, text }, to } });
  assert.deepEqual(proposal(f('Homme', 'Personne')), { to: 'Personne', gone: '' });
  assert.deepEqual(proposal(f('moins de 30 ans, s', 'S')), { to: '', gone: 'moins de 30 ans' });
  assert.deepEqual(proposal(f(' célibataire, ', ' ')), { to: '', gone: 'célibataire' });
  assert.equal(proposal({}), null);
  assert.equal(proposal(f('même', 'même')), null);
});

test('all edits at once, from the last, none over another', () => {
  const f = (field, start, end, text, to) => ({ field, edit: { span: { start, end, text }, to } });
  const offer = { title: 'Vendeuse', text: 'été : abc def' };
  assert.deepEqual(editedAll(offer, [f('text', 8, 11, 'abc', 'AB'), f('text', 12, 15, 'def', ''), f('text', 8, 15, 'abc def', ''), f('title', 0, 8, 'Vendeuse', 'Vendeur / Vendeuse')]),
    { title: 'Vendeur / Vendeuse', text: 'été : AB ', made: 3 });
  assert.deepEqual(editedAll(offer, [f('text', 0, 3, 'non', '')]), { ...offer, made: 0 });
});

test('what a counsellor lifted does not block', () => {
  assert.equal(statusOf([{ severity: 'S2' }, { severity: 'S4' }]), 'blocked');
  assert.equal(statusOf([{ severity: 'S2' }, { severity: 'S4', lifted: true }]), 'review');
  assert.equal(statusOf([]), 'clean');
});

test('a comparison gives both texts back', () => {
  for (const [a, b] of [['Un homme motivé.', 'Une personne motivée.'], ['a b c', 'a c'], ['', 'neuf'], ['x '.repeat(2000), 'y '.repeat(2000)], ['pareil', 'pareil']]) {
    const runs = diff(a, b);
    assert.equal(runs.filter((r) => r.op !== '+').map((r) => r.text).join(''), a);
    assert.equal(runs.filter((r) => r.op !== '-').map((r) => r.text).join(''), b);
  }
  assert.deepEqual(diff('a b c', 'a c').map((r) => r.op), [' ', '-', ' ']);
});
