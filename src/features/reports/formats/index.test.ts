import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { reportFormats } from './index.ts';

test('formats have ids of their own, in kebab-case, that name their file and its test', () => {
  const ids = reportFormats.map((format) => format.id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.match(id, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    assert.ok(existsSync(new URL(`./${id}.ts`, import.meta.url)), id);
    assert.ok(existsSync(new URL(`./${id}.test.ts`, import.meta.url)), id);
  }
});
