import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { packagist } from './packagist.ts';

const pairs = `
1.0-dev < 1.0-alpha1
1.0-alpha1 < 1.0-beta1
1.0-beta1 < 1.0-RC1
1.0-RC1 < 1.0
1.0 < 1.0pl1
v1.0 = 1.0
1.0 < 1.0.0
dev-master < 0.1
`;

test("stages come in the order of PHP's version_compare", async () => {
  assert.deepEqual((await checkPairs(packagist, pairs.split('\n'))).contradictions, []);
});

test('packagist tells valid versions from invalid ones', () => {
  for (const version of ['v1.0.0', '1.0.0-beta2', 'dev-main']) assert.ok(packagist.isValid(version), version);
  for (const version of ['', '#1']) assert.ok(!packagist.isValid(version), version);
});
