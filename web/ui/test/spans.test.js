import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerpts, segments, slice } from '../spans.js';

const bytes = (s) => new TextEncoder().encode(s).length;
const at = (text, word) => {
  const start = bytes(text.slice(0, text.indexOf(word)));
  return { start, end: start + bytes(word), text: word };
};

test('spans are UTF-8 bytes', () => {
  const text = 'Élève 🙂 boulangère, 8 ans';
  assert.equal(slice(text, at(text, 'boulangère')), 'boulangère');
  assert.equal(slice(text, at(text, '🙂')), '🙂');
  assert.equal(slice(text, { start: 0, end: bytes(text) }), text);
});

test('a span that does not fit the text is refused', () => {
  const text = 'été 🙂';
  for (const span of [{ start: 1, end: 3 }, { start: 0, end: 1 }, { start: 3, end: 3 }, { start: 4, end: 2 }, { start: -1, end: 2 }, { start: 0, end: 99 }, { start: 0.5, end: 2 }, { start: 7, end: 9 }, { start: 0, end: 2, text: 'e' }]) {
    assert.equal(slice(text, span), null, JSON.stringify(span));
  }
});

test('segments cut at every edge and lose nothing', () => {
  const text = 'un homme de moins de 35 ans 🙂, présenté';
  const spans = [at(text, 'homme de moins'), at(text, 'moins de 35 ans'), at(text, 'présenté'), { start: 1, end: 999 }];
  const parts = segments(text, spans);
  assert.equal(parts.map((p) => p.text).join(''), text);
  assert.deepEqual(parts.filter((p) => p.marks.length).map((p) => [p.text, p.marks]),
    [['homme de ', [0]], ['moins', [0, 1]], [' de 35 ans', [1]], ['présenté', [2]]]);
});

test('a text without spans is one segment, an empty one none', () => {
  assert.deepEqual(segments('abc', []), [{ text: 'abc', marks: [] }]);
  assert.deepEqual(segments('', [{ start: 0, end: 1 }]), []);
});

test('excerpts are the lines around the words, those of one line together', () => {
  const text = 'Émilie\n• Boulangère, huit ans en boulangerie\nAccueil';
  const at = (words) => { const start = Buffer.from(text.slice(0, text.indexOf(words))).length; return { start, end: start + Buffer.from(words).length, text: words }; };
  const shown = (...spans) => excerpts(text, spans).map((line) => line.map((s) => (s.marks.length ? `[${s.text}]` : s.text)).join(''));
  assert.deepEqual(shown(at('Accueil'), at('Boulangère'), at('boulangerie')), ['[Accueil]', '[Boulangère], huit ans en [boulangerie]']);
  assert.deepEqual(shown(at('Émilie')), ['[Émilie]']);
  assert.deepEqual(shown({ start: 1, end: 3 }, { start: 0, end: 2, text: 'no' }), [], 'half a letter, other words');
  const long = `${'avant '.repeat(30)}ICI${' après'.repeat(30)}`;
  const [line] = excerpts(long, [{ start: 180, end: 183, text: 'ICI' }], 20);
  assert.deepEqual(line.map((s) => s.text), ['… avant avant avant ', 'ICI', ' après après après …']);
});
