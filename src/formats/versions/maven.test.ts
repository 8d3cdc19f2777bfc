import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { maven } from './maven.ts';

const pairs = `
1-alpha < 1-beta
1-beta < 1-milestone
1-m3 < 1-rc
1-cr = 1-rc
1-rc < 1-SNAPSHOT
1-SNAPSHOT < 1
1 = 1.0.0-ga
1.0.0.Final = 1
1 < 1-sp
1-sp < 1-foo
1-foo < 1-1
1-1 < 1.1
2.15.0 > 2.3.1
1-1 = 1-ga-1
6.1.0 < 6.1H.5-beta
1a1 = 1-alpha-1
`;

test("qualifiers come in Maven's order and trailing nulls do not count", async () => {
  assert.deepEqual((await checkPairs(maven, pairs.split('\n'))).contradictions, []);
});

test('maven tells valid versions from invalid ones', () => {
  for (const version of ['1.0', '31.1-jre', '1.0-SNAPSHOT']) assert.ok(maven.isValid(version), version);
  for (const version of ['', '[1.0,2.0)']) assert.ok(!maven.isValid(version), version);
});
