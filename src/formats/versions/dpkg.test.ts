import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { dpkg } from './dpkg.ts';

const pairs = `
1:1.0-1 > 2.0-1
1.0~rc1-1 < 1.0-1
1.0~~ < 1.0~
1.0 = 1.0-0
1.0-1 < 1.0-1+deb12u1
1.0-1+b1 > 1.0-1
1.0a < 1.0+
1.0-1ubuntu1 > 1.0-1
00:1.0 = 1.0
1.0-10 > 1.0-9
1.2.3-1~deb7u1 < 1.2.3-1
`;

test('epochs, tildes, letters and missing revisions are ordered', async () => {
  assert.deepEqual((await checkPairs(dpkg, pairs.split('\n'))).contradictions, []);
});

test('dpkg tells valid versions from invalid ones', () => {
  for (const version of ['1.0', '1:2.0-3+deb12u1', '1.0-1-2']) assert.ok(dpkg.isValid(version), version);
  for (const version of ['', 'a1', '1.0-', '1.0 2']) assert.ok(!dpkg.isValid(version), version);
});
