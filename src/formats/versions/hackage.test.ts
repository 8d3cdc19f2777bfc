import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { hackage } from './hackage.ts';

const pairs = `
1.0 < 1.0.0
0.9 < 0.10
`;

test('a longer version is greater', async () => {
  assert.deepEqual((await checkPairs(hackage, pairs.split('\n'))).contradictions, []);
});

test('hackage tells valid versions from invalid ones', () => {
  for (const version of ['1', '0.1.26.0']) assert.ok(hackage.isValid(version), version);
  for (const version of ['', '1.a']) assert.ok(!hackage.isValid(version), version);
});
