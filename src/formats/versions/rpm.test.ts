import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { rpm } from './rpm.ts';

const pairs = `
1:1-1 > 2-1
0:1-1 = 1-1
1.0~rc1-1 < 1.0-1
1.0-1 < 1.0^git1-1
1.0^git1 < 1.0.1
1.0^git1 < 1.0^git2
1.05 = 1.5
1.a < 1.1
1 < 1-0
3.0.7-27.el9 < 3.0.7-27.el9.0.1
1.1.1k-9.el8_7 < 1.1.1k-12.el8_9
2.0.1a > 2.0.1
4.999.9 < 5.0
`;

test('epochs, tildes, carets and missing releases are ordered', async () => {
  assert.deepEqual((await checkPairs(rpm, pairs.split('\n'))).contradictions, []);
});

test('rpm tells valid versions from invalid ones', () => {
  for (const version of ['1:3.0.7-27.el9', '1.0~rc1-1']) assert.ok(rpm.isValid(version), version);
  for (const version of ['', '1.0-1 2']) assert.ok(!rpm.isValid(version), version);
});
