import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDays } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { RetentionRule } from '#model/namespace-rules.ts';
import { chooseVictims, companionOf, type RetentionFacts } from './retention.ts';

const now = new Date('2026-11-23T12:00:00Z');
const digest = (name: string) => `sha256:${name}` as Digest;

/** Tags with their image and how many days ago they were pushed; images with how many days ago they were pulled. */
function facts(
  tags: Readonly<Record<string, readonly [image: string, daysAgo: number]>>,
  pulled: Readonly<Record<string, number>> = {},
  untagged: Readonly<Record<string, number>> = {},
): RetentionFacts {
  return {
    tags: Object.entries(tags).map(([name, [image, daysAgo]]) => ({
      ...{ name, digest: digest(image), updatedAt: addDays(now, -daysAgo) },
    })),
    untagged: Object.entries(untagged).map(([image, daysAgo]) => ({
      ...{ digest: digest(image), linkedAt: addDays(now, -daysAgo) },
    })),
    pulledAt: new Map(Object.entries(pulled).map(([image, daysAgo]) => [digest(image), addDays(now, -daysAgo)])),
  };
}

const history = facts(
  { '1': ['a', 40], '2': ['b', 30], '3': ['c', 20], latest: ['c', 20], 'v1.0': ['a', 40], old: ['d', 90] },
  { a: 2, d: 60 },
);

const cases: readonly (readonly [what: string, rules: readonly RetentionRule[], gone: readonly string[]])[] = [
  ['the last two images keep all their tags', [{ tags: ['*'], keepLast: 2 }], ['old', '1', 'v1.0']],
  ['more than there are keeps everything', [{ tags: ['*'], keepLast: 9 }], []],
  ['by the age of the push', [{ tags: ['*'], keepPushedDays: 30 }], ['old', '1', 'v1.0', '2']],
  ['by the last pull', [{ tags: ['*'], keepPulledDays: 10 }], ['old', '2', '3', 'latest']],
  ['one condition that keeps is enough', [{ tags: ['*'], keepLast: 1, keepPulledDays: 10 }], ['old', '2']],
  [
    'the first rule that names a tag decides',
    [
      { tags: ['v*'], keepAll: true },
      { tags: ['*'], keepLast: 1 },
    ],
    ['old', '1', '2'],
  ],
  ['what no rule names stays', [{ tags: ['[0-9]*'], keepLast: 1 }], ['1', '2']],
  ['exceptions are not named', [{ tags: ['*', '!old', '!v*'], keepLast: 1 }], ['1', '2']],
  ['without rules everything stays', [], []],
];

for (const [what, rules, gone] of cases) {
  test(`retention: ${what}`, () => {
    const victims = chooseVictims({ place: 'staging', rules }, history, now);
    assert.deepEqual(
      victims.map(({ tag }) => tag?.name),
      gone,
    );
  });
}

test('an image that is as new as another comes in the order of their digests', () => {
  const same = facts({ b: ['b', 5], a: ['a', 5] });
  const victims = chooseVictims({ place: 'staging', rules: [{ tags: ['*'], keepLast: 1 }] }, same, now);
  assert.deepEqual(
    victims.map(({ digest }) => digest),
    ['sha256:b'],
  );
});

test('every victim has its reason', () => {
  const rules = [{ tags: ['*'], keepLast: 2, keepPushedDays: 30, keepPulledDays: 10 }];
  const [old] = chooseVictims({ place: 'staging', rules }, history, now);
  assert.equal(
    old?.reason,
    'its image is number 4 by push of 4, and the last 2 stay; it was pushed on 2026-08-25, over 30 days ago; last pulled on 2026-09-24, over 10 days ago',
  );
});

test('images without a tag go when they were neither pushed nor pulled for long', () => {
  const bare = facts({}, { c: 1 }, { a: 10, b: 3, c: 10 });
  const victims = chooseVictims({ place: 'staging', rules: [], untaggedDays: 7 }, bare, now);
  assert.deepEqual(
    victims.map(({ digest, reason }) => [digest, reason]),
    [['sha256:a', 'no tag names it; it was pushed on 2026-11-13, nobody has pulled it']],
  );
  assert.deepEqual(chooseVictims({ place: 'staging', rules: [] }, bare, now), []);
});

test('tags of clients that keep referrers belong to their image', () => {
  const hex = 'a'.repeat(64);
  assert.equal(companionOf(`sha256-${hex}`), `sha256:${hex}`);
  assert.equal(companionOf(`sha256-${hex}.sig`), `sha256:${hex}`);
  assert.equal(companionOf('sha256-abc'), undefined);
  const tagged = facts({ [`sha256-${hex}.sig`]: ['s', 99] });
  assert.deepEqual(
    chooseVictims({ place: 'staging', rules: [{ tags: ['*'], keepLast: 1, keepPushedDays: 1 }] }, tagged, now),
    [],
  );
});

test('a rule must say what it keeps', () => {
  assert.equal(RetentionRule.safeParse({ tags: ['*'] }).success, false);
  assert.equal(RetentionRule.safeParse({ tags: ['a b'], keepLast: 1 }).success, false);
  assert.deepEqual(RetentionRule.parse({ keepLast: 1 }), { tags: ['*'], keepLast: 1 });
});
