import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageState } from '#model/image-state.ts';
import { decidingFacts, type ImageFacts } from './pull-facts.ts';

let clock = 0;
function facts(state: ImageState | '-', digest: string): ImageFacts | undefined {
  clock += 1;
  if (state === '-') return undefined;
  const since = new Date(clock);
  return { state, digest, repository: 'golden/x', since, reason: '', successor: null, retiresAt: null };
}

type Case = readonly [own: ImageState | '-', parents: readonly (ImageState | '-')[], decides: string | undefined];
const cases: readonly Case[] = [
  ['-', [], undefined],
  ['approved', [], 'own approved'],
  ['deprecated', [], 'own deprecated'],
  ['retired', [], 'own retired'],
  ['quarantined', ['approved'], 'own quarantined'],
  ['removed', ['approved'], 'own removed'],
  ['-', ['retired'], 'parent 0 retired'],
  ['-', ['retired', 'removed'], 'parent 1 removed'],
  ['-', ['retired', 'approved'], undefined],
  ['-', ['retired', '-'], undefined],
  ['approved', ['retired'], 'parent 0 retired'],
  ['approved', ['retired', 'approved'], 'own approved'],
  ['-', ['deprecated'], 'parent 0 deprecated'],
  ['-', ['retired', 'deprecated'], 'parent 1 deprecated'],
  ['-', ['approved', 'deprecated'], undefined],
  ['deprecated', ['approved'], 'own deprecated'],
];

for (const [own, parents, decides] of cases) {
  test(`${own} in [${parents.join(', ')}] is decided by ${decides ?? 'nobody'}`, () => {
    const found = decidingFacts({
      own: facts(own, 'own'),
      parents: parents.map((state, index) => facts(state, `parent ${index}`)),
    });
    assert.equal(found && `${found.digest} ${found.state}`, decides);
  });
}
