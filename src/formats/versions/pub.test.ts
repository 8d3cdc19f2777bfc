import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { pub } from './pub.ts';

const pairs = `
1.0.0 < 1.0.0+1
1.0.0+1 < 1.0.0+2
1.0.0+9 < 1.0.0+a
1.0.0-pre+b < 1.0.0
`;

test('builds count', async () => {
  assert.deepEqual((await checkPairs(pub, pairs.split('\n'))).contradictions, []);
});

test('pub tells valid versions from invalid ones', () => {
  for (const version of ['1.0.0+1']) assert.ok(pub.isValid(version), version);
  for (const version of ['1']) assert.ok(!pub.isValid(version), version);
});
