import assert from 'node:assert/strict';
import { test } from 'node:test';
import { citedID, inline, parse, plain, settled } from '../markdown.js';

const t = (text) => ({ type: 'text', text });

test('inline', async (on) => {
  /** @type {[string, any][]} */
  const cases = [
    ['un **mot** fort', [t('un '), { type: 'strong', children: [t('mot')] }, t(' fort')]],
    ['*un* et _deux_', [{ type: 'em', children: [t('un')] }, t(' et '), { type: 'em', children: [t('deux')] }]],
    ['**gras et *italique***', [{ type: 'strong', children: [t('gras et '), { type: 'em', children: [t('italique')] }] }]],
    ['3 * 4 * 5', [t('3 * 4 * 5')]],
    ['nom_de_champ', [t('nom_de_champ')]],
    ['**pas fermé', [t('**pas fermé')]],
    ['`a **b**`', [{ type: 'code', text: 'a **b**' }]],
    ['a\nb', [t('a'), { type: 'break' }, t('b')]],
    ['[fiche](https://exemple.fr/a)', [{ type: 'link', url: 'https://exemple.fr/a', children: [t('fiche')] }]],
    ['voir https://exemple.fr/a.', [t('voir '), { type: 'link', url: 'https://exemple.fr/a', children: [t('https://exemple.fr/a')] }, t('.')]],
    ['est [D1102].', [t('est '), { type: 'cite', id: 'D1102', text: 'D1102' }, t('.')]],
    ['[L1142-1] et [charte 2]', [{ type: 'cite', id: 'law:L1142-1', text: 'L1142-1' }, t(' et '), { type: 'cite', id: 'charter:2', text: 'charte 2' }]],
    ['[D1102](/rome/D1102)', [{ type: 'link', url: '/rome/D1102', children: [t('D1102')] }]],
    ['[note]', [t('[note]')]],
    ['\\*non\\*', [t('*non*')]],
    ['<b onclick=x>a</b>', [t('<b onclick=x>a</b>')]],
  ];
  for (const [text, want] of cases) await on.test(text, () => assert.deepEqual(inline(text), want));
});

test('citations name passages', () => {
  assert.deepEqual(['d1102', '101163', 'L1132-1', 'art. L. 1132-1', 'R5134', 'charte 7'].map(citedID),
    ['D1102', '101163', 'law:L1132-1', 'law:L1132-1', 'law:R5134', 'charter:7']);
});

test('blocks', () => {
  const text = '# Titre\n\nUn\ndeux\n\n- a\n- b\n  - c\n\n3. x\n4. y\n\n> dit\n\n```\n**brut**\n```\n| A | B |\n|---|---|\n| 1 | 2 |\n\n---';
  const blocks = parse(text);
  assert.deepEqual(blocks.map((b) => b.type), ['heading', 'p', 'ul', 'ol', 'quote', 'code', 'table', 'rule']);
  assert.equal(blocks[3].start, 3);
  assert.equal(blocks[2].items[1].sub.items[0].inline[0].text, 'c');
  assert.equal(blocks[5].text, '**brut**');
  assert.deepEqual(blocks[6].rows, [[[t('1')], [t('2')]]]);
  for (const b of blocks) assert.ok(!text.slice(0, b.at).endsWith('\n') || text[b.at] !== '\n', 'at is where the block begins');
});

test('a plain line ends a list, an indented one goes on with its item', () => {
  const blocks = parse('- a\n  suite\n- b\net 5 autres.');
  assert.deepEqual(blocks.map((b) => b.type), ['ul', 'p']);
  assert.deepEqual(blocks[0].items[0].inline, [t('a'), { type: 'break' }, t('suite')]);
});

test('a text that grows draws the same as the text at once', () => {
  // What views/text.js relies on.
  const text = 'Voici :\n\n1. un\n\n2. deux\n   - détail\n\n## Suite\n\npara **gras**\ndeux lignes\n\n> cité\n> encore\n\n```\ncode\n\nvide\n```\n\n| A | B |\n|--|--|\n| 1 | 2 |\n\nfin';
  const strip = (blocks) => JSON.parse(JSON.stringify(blocks, (k, v) => (k === 'at' ? undefined : v)));
  for (const step of [1, 3, 7]) {
    let from = 0;
    const frozen = [];
    let open = [];
    for (let end = step; end < text.length + step; end += step) {
      const tail = text.slice(from, end);
      const blocks = parse(tail);
      const over = settled(tail, blocks);
      frozen.push(...blocks.slice(0, over));
      open = blocks.slice(over);
      if (over) from += blocks[over].at;
    }
    assert.deepEqual(strip([...frozen, ...open]), strip(parse(text)), `by ${step}`);
  }
});

test('hostile text stays bounded', () => {
  const depth = (nodes) => 1 + Math.max(0, ...nodes.map((n) => (n.children ? depth(n.children) : 0)));
  assert.ok(depth(inline('**a *b '.repeat(2000))) < 8);
  for (const evil of ['*'.repeat(20000), '['.repeat(20000), '> '.repeat(5000), '`'.repeat(9999), '- '.repeat(5000), '|'.repeat(9999) + '\n|--|', '_a'.repeat(9000), '[a]('.repeat(5000), 'https://'.repeat(3000)]) {
    assert.ok(parse(evil).length >= 0);
  }
});

test('plain gives the words', () => {
  assert.equal(plain('**Le code** est [D1102].\n\n- *un*\n- deux'), 'Le code est D1102.\n\n- un\n- deux');
});
