import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesPattern, takenInBy } from './tag-pattern.ts';

const cases: readonly (readonly [pattern: string, taken: readonly string[], left: readonly string[]])[] = [
  ['*', ['', 'a', 'v1.2.3'], []],
  ['v*', ['v', 'v1', 'v1.2'], ['1', 'V1', 'av1']],
  ['*-rc*', ['1-rc', '1-rc2'], ['1rc', 'rc']],
  ['v?.?', ['v1.2'], ['v1', 'v12.3', 'v1.22']],
  ['v[0-9]*', ['v1', 'v9beta'], ['v', 'vx', 'va1']],
  ['[!0-9]*', ['latest', '-1'], ['1', '9a', '']],
  ['1.[02468]', ['1.2', '1.8'], ['1.3', '1.']],
  ['a.b', ['a.b'], ['aXb', 'a.bc']],
  ['*a*b*c', ['abc', 'xaxbxc', 'abcabc'], ['abcx', 'acb']],
  ['[', ['['], ['a']],
  ['a[b', ['a[b'], ['ab']],
];

for (const [pattern, taken, left] of cases) {
  test(`the pattern ${pattern} takes in ${taken.join(' ')} and leaves ${left.join(' ') || 'nothing'}`, () => {
    for (const text of taken) assert.equal(matchesPattern(pattern, text), true, text);
    for (const text of left) assert.equal(matchesPattern(pattern, text), false, text);
  });
}

test('a pattern made to be slow is not', () => {
  assert.equal(matchesPattern(`${'*a'.repeat(64)}b`, 'a'.repeat(128)), false);
});

test('an exception takes out what an earlier pattern took in, and a later pattern takes it in again', () => {
  const patterns = ['*', '!latest', '!nightly-*', 'nightly-1'];
  assert.equal(takenInBy(patterns, 'v1'), '*');
  assert.equal(takenInBy(patterns, 'latest'), undefined);
  assert.equal(takenInBy(patterns, 'nightly-2'), undefined);
  assert.equal(takenInBy(patterns, 'nightly-1'), 'nightly-1');
  assert.equal(takenInBy(['!latest'], 'v1'), undefined);
});
