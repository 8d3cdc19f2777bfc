import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { advisorySources } from './index.ts';

const sources = advisorySources({ http: { request: () => Promise.reject(new Error('no network')) } });

test('ids are unique, the name of the file, and each has its own test', () => {
  assert.equal(new Set(sources.map((source) => source.id)).size, sources.length);
  for (const { id } of sources) assert.ok(existsSync(new URL(`${id}.test.ts`, import.meta.url)), `${id}.test.ts`);
});

test('exactly one source accepts a location', () => {
  for (const location of ['/data/advisories', 'relative', 'https://example.com/osv', 'http://example.com']) {
    assert.equal(sources.filter((source) => source.accepts(location)).length, 1, location);
  }
});
