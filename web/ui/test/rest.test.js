import assert from 'node:assert/strict';
import { test } from 'node:test';
import { API } from '../api.js';
import { Profile } from '../profile.js';
import { Threads, fromHash } from '../threads.js';
import { fr } from '../strings.js';

test('the first request that makes a visitor goes alone', async () => {
  const api = new API('http://x/');
  const order = [];
  let free;
  const first = api.identified(() => { order.push('first'); return new Promise((resolve) => (free = resolve)); });
  const second = api.identified(async () => { order.push('second'); return 2; });
  await null;
  assert.deepEqual(order, ['first']);
  free();
  await Promise.all([first, second]);
  assert.deepEqual(order, ['first', 'second']);
});

test('when the first fails the next is the first', async () => {
  const api = new API('http://x/');
  await assert.rejects(api.identified(() => Promise.reject(new Error('no'))));
  let running = 0;
  let most = 0;
  const request = async () => { most = Math.max(most, ++running); await null; await null; running--; };
  await Promise.all([api.identified(request), api.identified(async () => { assert.equal(running, 0); })]);
  assert.equal(most, 1);
});

test('a decision is shown at once, then as the server has it, and put back when refused', async () => {
  const answers = [() => ({ items: [{ code: '1', status: 'accepted' }] }), () => { throw new Error('non'); }];
  const sent = [];
  const p = new Profile({ profile: async () => ({ items: [] }), changeProfile: async (c) => { sent.push(c); return answers.shift()(); } });
  const seen = [];
  p.addEventListener('change', () => seen.push(p.of('1')));
  await p.decide('1', 'accepted');
  await assert.rejects(p.decide('1', 'refused'));
  assert.deepEqual(sent, [{ accept: ['1'] }, { refuse: ['1'] }]);
  assert.deepEqual(seen, ['accepted', 'accepted', 'refused', 'accepted']);
});

test('an old event’s status counts until the profile is known', async () => {
  const p = new Profile({ profile: async () => ({ items: [] }), changeProfile: async () => ({}) });
  assert.equal(p.of('7', 'accepted'), 'accepted');
  await p.load();
  assert.equal(p.of('7', 'accepted'), 'proposed');
});

test('what a new release of ROME changed in the profile is kept apart, and taken when asked', async () => {
  const old = { code: '205', label: 'Accorder un carillon', status: 'accepted', rome_version: '60', now: { state: 'replaced', code: '905', label: 'Accorder un Carillon', why: 'label', version: '61' } };
  const sent = [];
  const p = new Profile({ profile: async () => ({ items: [old, { code: '1', status: 'accepted' }] }),
    changeProfile: async (c) => { sent.push(c); return { items: [{ code: '905', status: 'accepted' }], not_found: c.accept && ['non'] }; } });
  await p.load();
  assert.deepEqual(p.stale, [old]);
  assert.equal(fr.skills.stale.replaced(old, old.now), 'Gardé de la version 60 ; dans la version 61, le même élément a le code 905.');
  assert.equal(fr.skills.stale.replaced(old, { ...old.now, why: 'appellations' }), 'Gardé de la version 60 ; dans la version 61, «\u00a0Accorder un Carillon\u00a0» le remplace, avec le code 905.');
  await p.renew('205');
  assert.deepEqual(sent, [{ renew: ['205'] }]);
  assert.deepEqual([p.stale, p.of('905'), p.of('205')], [[], 'accepted', 'proposed']);
  await assert.rejects(p.decide('205', 'accepted'), /non/);
});

test('the conversation comes from the address, then from storage, else it is new', () => {
  const data = new Map([['tandem.thread.seeker', 'stored']]);
  const storage = { getItem: (k) => data.get(k) ?? null, setItem: (k, v) => data.set(k, v), removeItem: (k) => data.delete(k) };
  const address = { hash: '#c=abc-1', replace(h) { this.hash = h; } };
  const threads = new Threads(storage, address);
  assert.deepEqual(threads.open('seeker'), { id: 'abc-1', known: true });
  address.hash = '';
  assert.deepEqual(threads.open('seeker'), { id: 'stored', known: true });
  assert.equal(threads.open('recruiter').known, false);
  threads.keep('recruiter', 'r-9');
  assert.equal(address.hash, '#c=r-9');
  threads.forget('recruiter');
  assert.equal(threads.open('recruiter').known, false);
});

test('an address that is not an id is not one', () => {
  for (const hash of ['', '#', '#c=', '#c=a b', '#c=<script>', '#c=' + 'x'.repeat(129), '#d=abc']) assert.equal(fromHash(hash), null, hash);
});

test('forbidden storage is no storage', () => {
  const no = () => { throw new Error('SecurityError'); };
  const threads = new Threads({ getItem: no, setItem: no, removeItem: no }, null);
  const { id, known } = threads.open('seeker');
  assert.equal(known, false);
  assert.match(id, /^[\w-]{32,36}$/);
  threads.keep('seeker', id);
  threads.forget('seeker');
});

test('French numbers and plurals', () => {
  const space = (s) => s.replace(/[\u202f\u00a0]/g, ' ');
  assert.equal(space(fr.percent(0.62)), '62 %');
  assert.deepEqual([0.08, -0.01, 0, 0.014].map((p) => fr.points(p)), ['+8 points', '−1 point', 'moins d’un point', '+1 point']);
  assert.equal(fr.skills.progress(9, 15), '9 sur 15, environ 1 minute');
  assert.equal(fr.skills.progress(0, 15), '0 sur 15, environ 2 minutes');
  assert.equal(fr.skills.progress(15, 15), '15 sur 15, c’est terminé');
});

test('decisions are sent one after the other, and an older answer does not undo a newer one', async () => {
  const waiting = [];
  const p = new Profile({ profile: async () => ({ items: [] }), changeProfile: (c) => new Promise((resolve) => waiting.push([c, resolve])) });
  const first = p.decide('1', 'accepted');
  const second = p.decide('2', 'refused');
  await null;
  assert.deepEqual(waiting.map(([c]) => c), [{ accept: ['1'] }], 'the second waits');
  waiting[0][1]({ items: [{ code: '1', status: 'accepted' }, { code: '2', status: 'proposed' }] });
  await first;
  assert.equal(p.of('2'), 'refused', 'what the server does not have yet still shows');
  await null;
  waiting[1][1]({ items: [{ code: '1', status: 'accepted' }, { code: '2', status: 'refused' }] });
  await second;
  assert.deepEqual([p.of('1'), p.of('2')], ['accepted', 'refused']);
  assert.deepEqual(p.items.map((i) => i.code), ['1', '2']);
});
