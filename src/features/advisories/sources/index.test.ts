import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { advisorySources } from './index.ts';

test('ids are unique, the name of the file, and each has its own test', () => {
  assert.equal(new Set(advisorySources.map((source) => source.id)).size, advisorySources.length);
  for (const { id } of advisorySources)
    assert.ok(existsSync(new URL(`${id}.test.ts`, import.meta.url)), `${id}.test.ts`);
});

test('exactly one source accepts a location', () => {
  for (const location of ['/data/advisories', 'relative', 'https://example.com/osv', 'http://example.com']) {
    assert.equal(advisorySources.filter((source) => source.accepts(location)).length, 1, location);
  }
});
