import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keysetPage } from './keyset-page.ts';

const rowsOf = (...keys: string[]) => keys.map((key) => ({ key, row: key.toUpperCase() }));

test('pages follow each other in the order of the keys', () => {
  const rows = rowsOf('c', 'a', 'b');
  const first = keysetPage(rows, { limit: 2 });
  assert.deepEqual(first.items, ['A', 'B']);
  assert.deepEqual(keysetPage(rows, { limit: 2, after: first.next ?? '' }), { items: ['C'], next: null });
});

test('rows that come and go between two pages neither repeat nor hide others', () => {
  const { next } = keysetPage(rowsOf('b', 'd', 'f'), { limit: 2 });
  assert.deepEqual(keysetPage(rowsOf('a', 'b', 'e', 'f'), { limit: 9, after: next ?? '' }).items, ['E', 'F']);
});

test('a page that ends with the last row has no next one', () => {
  assert.equal(keysetPage(rowsOf('a', 'b'), { limit: 2 }).next, null);
  assert.deepEqual(keysetPage([], { limit: 2 }), { items: [], next: null });
});

test('a cursor of somebody else is refused', () => {
  assert.throws(() => keysetPage(rowsOf('a'), { limit: 1, after: '!?' }), { code: 'invalid-input' });
});
