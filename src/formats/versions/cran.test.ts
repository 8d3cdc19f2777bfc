import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { cran } from './cran.ts';

const pairs = `
0.9 < 0.75
0.1-1 < 0.1-4
1.0 < 1.0.0
0.01.0 = 0.1-0
`;

test('hyphens are dots and a longer version is greater', async () => {
  assert.deepEqual((await checkPairs(cran, pairs.split('\n'))).contradictions, []);
});

test('cran tells valid versions from invalid ones', () => {
  for (const version of ['1.0', '1.0-3']) assert.ok(cran.isValid(version), version);
  for (const version of ['1', '1.a']) assert.ok(!cran.isValid(version), version);
});
