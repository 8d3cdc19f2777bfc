import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { semver } from './semver.ts';

const pairs = `
1.0.0-alpha < 1.0.0-alpha.1
1.0.0-alpha.1 < 1.0.0-alpha.beta
1.0.0-beta.2 < 1.0.0-beta.11
1.0.0-rc.1 < 1.0.0
v1.0.0 = 1.0.0+build
1.10.0 > 1.9.0
0.0.0-20210101000000-abcdef123456 < 0.0.0
1.21rc1 < 1.21.0
`;

test('pre-releases come before, numbers before words, builds without weight', async () => {
  assert.deepEqual((await checkPairs(semver, pairs.split('\n'))).contradictions, []);
});

test('semver tells valid versions from invalid ones', () => {
  for (const version of ['1.2.3', 'v1.2.3-rc.1+b']) assert.ok(semver.isValid(version), version);
  for (const version of ['', '1.2', 'latest', '1.2.3-a_b']) assert.ok(!semver.isValid(version), version);
});
