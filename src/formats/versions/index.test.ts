import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { schemeAliases } from './aliases.ts';
import { findScheme, versionSchemes } from './index.ts';

test('ids are unique, kebab-case, the name of the file, and each has its own test', () => {
  const ids = versionSchemes.map((scheme) => scheme.id);
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.match(id, /^[a-z][a-z0-9-]*$/);
    assert.ok(existsSync(new URL(`${id}.ts`, import.meta.url)), `${id}.ts`);
    assert.ok(existsSync(new URL(`${id}.test.ts`, import.meta.url)), `${id}.test.ts`);
  }
});

test('every alias leads to a scheme', () => {
  for (const alias of schemeAliases.keys()) assert.ok(findScheme(alias), alias);
});
