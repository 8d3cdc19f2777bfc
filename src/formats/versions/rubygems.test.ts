import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { rubygems } from './rubygems.ts';

const pairs = `
1.0.a < 1.0
1.0.a9 = 1.0.a.9
1.0.a.10 > 1.0.a.9
1.0 = 1
1.0.0.rc1 = 1.rc1
1.0-1 < 1.0
1.8.2.b < 1.8.2
`;

test('words make pre-releases and trailing zeros do not count', async () => {
  assert.deepEqual((await checkPairs(rubygems, pairs.split('\n'))).contradictions, []);
});

test('rubygems tells valid versions from invalid ones', () => {
  for (const version of ['1.0', '1.0.0.rc1', '1.0-java']) assert.ok(rubygems.isValid(version), version);
  for (const version of ['', 'a.1', '1..2']) assert.ok(!rubygems.isValid(version), version);
});
