import assert from 'node:assert/strict';
import { test } from 'node:test';
import { facetValues, readCatalogSearch, withFacet } from './catalog-search.ts';

test('an address is read as far as it is understood', () => {
  assert.deepEqual(readCatalogSearch({ q: 'openssl 3', grade: 'A,B', sort: 'end', other: 'x' }), {
    q: 'openssl 3',
    grade: 'A,B',
    sort: 'end',
  });
  assert.deepEqual(readCatalogSearch({ q: 8, sort: 'name', owner: ['a'] }), { q: '8' });
  assert.deepEqual(readCatalogSearch({ sort: 'nonsense' }), {});
});

test('an empty facet leaves the address', () => {
  const search = withFacet({ q: 'node' }, 'grade', ['A', 'B']);
  assert.deepEqual(search, { q: 'node', grade: 'A,B' });
  assert.deepEqual(facetValues(search, 'grade'), ['A', 'B']);
  assert.deepEqual(facetValues(search, 'owner'), []);
  assert.deepEqual(withFacet(search, 'grade', []), { q: 'node' });
});
