import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apk } from './apk.ts';
import { checkPairs } from './check.ts';

const pairs = `
1.2_alpha1 < 1.2_beta
1.2_rc1 < 1.2
1.2 < 1.2_p1
1.2_git20230717 < 1.2_git20230718
1.2 < 1.2-r0
1.2-r9 < 1.2-r10
1.2a < 1.2b
1.01 < 1.1
1.010 < 1.02
1.9 < 1.10
1.2 < 1.2a
9999999999999999999998 < 9999999999999999999999
1.2_git20230717~ab-r1 < 1.2_git20230717~ac-r0
`;

test('suffixes before and after the release, revisions, letters and hashes are ordered', async () => {
  assert.deepEqual((await checkPairs(apk, pairs.split('\n'))).contradictions, []);
});

test('apk tells valid versions from invalid ones', () => {
  for (const version of ['1.2.3-r0', '1.1.1w-r1', '3.2_rc1_p2']) assert.ok(apk.isValid(version), version);
  for (const version of ['', 'a', '1..2', '1-r', '1.2_what', '1.2A']) assert.ok(!apk.isValid(version), version);
});
