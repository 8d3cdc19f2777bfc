import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs } from './check.ts';
import { pep440 } from './pep440.ts';

const pairs = `
1.0.dev1 < 1.0a1
1.0a1.dev1 < 1.0a1
1.0a1 < 1.0b1
1.0b2 < 1.0rc1
1.0c1 = 1.0rc1
1.0rc1 < 1.0
1.0 = 1.0.0
1.0 < 1.0.post1
1.0.post1.dev1 < 1.0.post1
1.0-1 = 1.0.post1
1.0 < 1.0+local
1.0+a < 1.0+1
1!0.1 > 999
V1.0-ALPHA-1 = 1.0a1
1.0-final < 0.1
0.1-bulbasaur < 0.1-charmander
`;

test('every part is ordered as PEP 440 says and older versions come first', async () => {
  assert.deepEqual((await checkPairs(pep440, pairs.split('\n'))).contradictions, []);
});

test('pep440 tells valid versions from invalid ones', () => {
  for (const version of ['1.0', '1!1.0rc1.post2.dev3+ubuntu.1', 'v1.0_beta-2'])
    assert.ok(pep440.isValid(version), version);
  for (const version of ['', '1.0-final', '1.0+', 'banana']) assert.ok(!pep440.isValid(version), version);
});
