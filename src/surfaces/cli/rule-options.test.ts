import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamespaceRules } from '#model/namespace-rules.ts';
import { changedRules, parseBytes, type RuleOptions } from './rule-options.ts';

const before: NamespaceRules = { immutableTags: ['v*'], quota: { bytes: 10 }, undelete: false };

const cases: readonly (readonly [what: string, options: RuleOptions, after: NamespaceRules])[] = [
  ['nothing said changes nothing', {}, before],
  ['tags', { immutable: ['*', '!latest'] }, { ...before, immutableTags: ['*', '!latest'] }],
  ['one bound of a quota', { repositories: '5' }, { ...before, quota: { bytes: 10, repositories: 5 } }],
  ['a quota in gigabytes', { quota: '1.5GB' }, { ...before, quota: { bytes: 1_500_000_000 } }],
  [
    'rates',
    { requests: '1000/h', bytes: '5G/10m' },
    {
      ...before,
      rateLimit: { requests: { limit: 1000, seconds: 3600 }, bytes: { limit: 5_000_000_000, seconds: 600 } },
    },
  ],
  ['days to undelete', { undelete: '7d' }, { ...before, undelete: { days: 7 } }],
  [
    'retention',
    { tags: ['nightly-*'], keepLast: '3', keepPulled: '30', untagged: '14d' },
    {
      ...before,
      retention: { rules: [{ tags: ['nightly-*'], keepLast: 3, keepPulledDays: 30 }], untaggedDays: 14 },
    },
  ],
  ['what is none and what is inherited', { none: ['quota'], inherit: ['immutable', 'undelete'] }, { quota: false }],
];

for (const [what, options, after] of cases) {
  test(`rules are changed by options: ${what}`, () => assert.deepEqual(changedRules(before, options), after));
}

for (const [what, options, message] of [
  ['a size', { quota: 'much' }, /cannot use size "much"/],
  ['a rate', { requests: '1000' }, /cannot use rate "1000": give so many in so long/],
  ['days', { undelete: 'soon' }, /cannot use "soon": give a number of days/],
  ['a rule', { none: ['tags'] }, /cannot find rule "tags": they are immutable, quota, rate, undelete, retention/],
  ['a pattern', { immutable: ['a b'] }, /cannot use these rules: immutableTags/],
] as const) {
  test(`${what} that cannot be read is refused`, () => {
    assert.throws(() => changedRules({}, options), { code: 'invalid-input', message });
  });
}

for (const [text, bytes] of [
  ['1000', 1000],
  ['5kB', 5000],
  ['5K', 5000],
  ['2.5 MB', 2_500_000],
  ['1t', 1e12],
] as const) {
  test(`${text} is ${bytes} bytes`, () => assert.equal(parseBytes(text), bytes));
}
