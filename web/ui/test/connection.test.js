import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Connection, Cursor } from '../connection.js';

/** A connection whose sockets and clock are ours. */
function scene() {
  const sockets = [];
  const timers = [];
  const log = { events: [], statuses: [], missing: 0, refused: [] };
  const c = new Connection({
    url: 'ws://x/ws',
    open: () => {
      const s = { sent: [], closed: false, send: (d) => s.sent.push(JSON.parse(d)), close: () => (s.closed = true) };
      sockets.push(s);
      return s;
    },
    clock: { set: (f, ms) => { const t = { f, ms, on: true }; timers.push(t); return t; }, clear: (t) => t && (t.on = false) },
    random: () => 0.5,
    onEvent: (e) => log.events.push(e),
    onStatus: (s) => log.statuses.push(s),
    onMissing: () => log.missing++,
    onRefused: (e) => log.refused.push(e.code),
  });
  return {
    c, log, sockets, timers,
    get socket() { return sockets[sockets.length - 1]; },
    open() { this.socket.onopen(); },
    say(id, chunk) { this.socket.onmessage({ data: JSON.stringify(id ? { id: String(id), chunk } : chunk) }); },
    cut(code = 1006) { this.socket.onclose({ code }); },
    /** Lets the newest live timer of at most ms run. */
    tick() {
      const t = timers.filter((x) => x.on).pop();
      t.on = false;
      t.f();
      return t.ms;
    },
  };
}
const input = { threadId: 't', runId: 'r1', messages: [] };
const started = { type: 'RUN_STARTED', threadId: 't', runId: 'r1' };
const finished = { type: 'RUN_FINISHED', threadId: 't', runId: 'r1' };
const delta = { type: 'TEXT_MESSAGE_CONTENT', messageId: 'm', delta: 'a' };

test('a cursor takes each number once and knows up to where nothing is missing', () => {
  const c = new Cursor();
  assert.deepEqual([1, 2, 2, 5, 4, 5].map((n) => c.take(n)), [true, true, false, true, true, false]);
  assert.equal(c.low, 2);
  assert.ok(c.take(3));
  assert.equal(c.low, 5);
  assert.equal(c.above.size, 0);
});

test('a known conversation is followed from its beginning', async () => {
  const s = scene();
  s.c.follow('t', true);
  const opened = s.c.connect();
  assert.equal(s.c.status, 'connecting');
  s.open();
  await opened;
  assert.deepEqual(s.socket.sent, [{ type: 'resume', threadId: 't', offset: '0' }]);
});

test('a new conversation is followed once its first run has ended', () => {
  const s = scene();
  s.c.follow('t', false);
  s.c.ask(input);
  s.c.connect();
  s.open();
  assert.deepEqual(s.socket.sent, [input]);
  s.say(1, started);
  s.say(2, finished);
  assert.deepEqual(s.socket.sent[1], { type: 'resume', threadId: 't', offset: '2' });
  s.say(3, { ...started, runId: 'r2' });
  s.say(4, { ...finished, runId: 'r2' });
  assert.equal(s.socket.sent.length, 2, 'and only once');
});

test('a cut in the middle of an answer: back, from the first missing number, nothing twice', () => {
  const s = scene();
  s.c.follow('t', false);
  s.c.connect();
  s.open();
  s.c.ask(input);
  s.say(1, started);
  s.say(2, delta);
  s.say(4, delta); // 3 is still on its way
  s.cut();
  assert.equal(s.c.status, 'waiting');
  s.tick();
  s.open();
  assert.deepEqual(s.socket.sent, [{ type: 'resume', threadId: 't', offset: '2' }], 'the question was heard: not sent again');
  for (const n of [3, 4, 5]) s.say(n, delta);
  assert.equal(s.log.events.length, 5);
});

test('a question that was not heard is sent again', () => {
  const s = scene();
  s.c.follow('t', false);
  s.c.connect();
  s.open();
  s.c.ask(input);
  s.cut();
  s.tick();
  s.open();
  assert.deepEqual(s.socket.sent, [input]);
  s.say(null, { type: 'RUN_ERROR', runId: 'r1', code: 'too_many', message: '' });
  s.cut();
  s.tick();
  s.open();
  assert.deepEqual(s.socket.sent, [], 'a refusal is an answer');
  assert.equal(s.log.events.at(-1).code, 'too_many');
});

test('a stop pressed without a socket is sent when there is one', () => {
  const s = scene();
  s.c.follow('t', true);
  s.c.connect();
  s.c.stop('r1');
  s.open();
  assert.deepEqual(s.socket.sent.map((f) => f.type), ['resume', 'abort']);
});

test('waits grow, are bounded, and end at once when the network is back', () => {
  const s = scene();
  s.c.follow('t', true);
  s.c.connect();
  const waits = Array.from({ length: 9 }, () => { s.cut(); return s.tick(); });
  assert.deepEqual(waits.slice(0, 3), [375, 750, 1500]);
  assert.equal(waits.at(-1), 15000);
  s.cut();
  const dials = s.sockets.length;
  s.c.wake();
  assert.equal(s.sockets.length, dials + 1);
  assert.equal(s.timers.filter((t) => t.on).length, 0, 'the old wait is off');
});

test('offline is said, and wake brings back', () => {
  const s = scene();
  s.c.follow('t', true);
  s.c.connect();
  s.open();
  s.c.sleep();
  assert.equal(s.c.status, 'offline');
  assert.ok(s.socket.closed);
  s.c.ask(input);
  s.c.wake();
  s.open();
  assert.deepEqual(s.socket.sent.map((f) => f.type ?? f.runId), ['resume', 'r1']);
});

test('silence is a cut', () => {
  const s = scene();
  s.c.follow('t', true);
  s.c.connect();
  s.open();
  s.say(null, { type: 'ping' });
  assert.equal(s.log.events.length, 0);
  s.tick();
  assert.ok(s.socket.closed);
  assert.equal(s.c.status, 'waiting');
});

test('a policy close is not retried', () => {
  const s = scene();
  s.c.follow('t', true);
  s.c.connect();
  s.open();
  s.cut(1008);
  assert.equal(s.c.status, 'refused');
  assert.equal(s.timers.filter((t) => t.on).length, 0);
});

test('a conversation that is gone is told apart from a frame that is refused', () => {
  const s = scene();
  s.c.follow('t', true);
  s.c.connect();
  s.open();
  s.say(null, { type: 'RUN_ERROR', threadId: 't', code: 'not_found', message: 'x' });
  assert.equal(s.log.missing, 1);
  s.say(1, started);
  s.say(null, { type: 'RUN_ERROR', threadId: 't', code: 'not_found', message: 'x' });
  assert.equal(s.log.missing, 1);
  assert.deepEqual(s.log.refused, ['not_found']);
});

test('another conversation: another socket, and the old one is not heard', () => {
  const s = scene();
  s.c.follow('t', true);
  s.c.connect();
  s.open();
  const old = s.socket;
  s.c.follow('u', true);
  assert.ok(old.closed);
  s.c.connect();
  s.open();
  old.onmessage({ data: JSON.stringify({ id: '9', chunk: delta }) });
  assert.equal(s.log.events.length, 0);
  assert.deepEqual(s.socket.sent, [{ type: 'resume', threadId: 'u', offset: '0' }]);
});

test('what is not of the protocol is ignored', () => {
  const s = scene();
  s.c.follow('t', true);
  s.c.connect();
  s.open();
  for (const data of ['', 'hello', '{', '[]', '{}']) s.socket.onmessage({ data });
  assert.deepEqual(s.log.events.filter((e) => e.type), []);
});

test('connect settles also when the attempt fails', async () => {
  const s = scene();
  s.c.follow('t', true);
  const attempt = s.c.connect();
  s.cut();
  await attempt;
  assert.equal(s.c.status, 'waiting');
});
