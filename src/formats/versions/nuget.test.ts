import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { nuget } from './nuget.ts';

const pairs = `
1.0 = 1.0.0.0
1.0.0.1 > 1.0.0
1.0.0-BETA = 1.0.0-beta
1.0.0-beta.2 < 1.0.0-beta.11
1.0.0-rc < 1.0.0
1.0.0+a = 1.0.0+b
`;

test('four numbers, words without regard to case, builds without weight', async () => {
  assert.deepEqual((await checkPairs(nuget, pairs.split('\n'))).contradictions, []);
});

test('nuget tells valid versions from invalid ones', () => {
  for (const version of ['1.0', '1.2.3.4-rc.1+b']) assert.ok(nuget.isValid(version), version);
  for (const version of ['', 'a', '1.0.0-']) assert.ok(!nuget.isValid(version), version);
});
