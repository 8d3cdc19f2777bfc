import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { keyProviders } from './index.ts';

test('ids are unique, in kebab-case, and each names a file with a test', () => {
  const ids = keyProviders.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.match(id, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    assert.ok(existsSync(new URL(`./${id}.ts`, import.meta.url)), id);
    assert.ok(existsSync(new URL(`./${id}.test.ts`, import.meta.url)), id);
  }
});
