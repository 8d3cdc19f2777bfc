import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPairs, findScheme } from './index.ts';
import { semver } from './semver.ts';

test('pairs are counted, comments and blank lines are not', async () => {
  const result = await checkPairs(semver, ['# a comment', '', '// another', '1.0.0 < 2.0.0', '1.0.0 = v1.0.0']);
  assert.deepEqual(result, { pairs: 2, contradictions: [] });
});

test('a contradiction names its line, what was expected and what the scheme says', async () => {
  const result = await checkPairs(semver, ['1.0.0 < 2.0.0', '2.0.0 < 1.0.0']);
  assert.deepEqual(result.contradictions, [{ line: 2, text: '2.0.0 < 1.0.0', expected: '<', actual: '>' }]);
});

test('a line that is no pair is a contradiction, not silence', async () => {
  const result = await checkPairs(semver, ['1.0.0', '1 <= 2', '1 < 2 < 3']);
  assert.equal(result.pairs, 3);
  assert.equal(result.contradictions.length, 3);
});

test('a scheme is found by its id and by the names people use', () => {
  assert.equal(findScheme('debian')?.id, 'dpkg');
  assert.equal(findScheme('PyPI')?.id, 'pep440');
  assert.equal(findScheme('RedHat')?.id, 'rpm');
  assert.equal(findScheme('alpine')?.id, 'apk');
  assert.equal(findScheme('nonsense'), undefined);
});
