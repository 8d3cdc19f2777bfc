import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSearch } from './search-query.ts';

test('words are taken apart, and a number after a word is the start of its version', () => {
  assert.deepEqual(parseSearch('openssl 3 python').words, ['openssl 3', 'python']);
  assert.deepEqual(parseSearch('  Node  24 ').words, ['node 24']);
  assert.deepEqual(parseSearch('3 openssl').words, ['3', 'openssl']);
});

test('named parts narrow', () => {
  const query = parseSearch('owner:edge cve:CVE-2026-31415 ends:<2027-03 web');
  assert.deepEqual(query, {
    words: ['web'],
    owner: 'edge',
    cve: 'cve-2026-31415',
    packageName: null,
    endsBefore: '2027-03-01',
  });
  assert.equal(parseSearch('ends:<2027-03-15').endsBefore, '2027-03-15');
  assert.equal(parseSearch('ends:soon').endsBefore, null);
});
