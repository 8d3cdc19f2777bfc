import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NamespaceRules } from '#model/namespace-rules.ts';
import { ruleBook } from './rule-book.ts';

function book(rules: Readonly<Record<string, NamespaceRules>>) {
  return ruleBook(Object.entries(rules).map(([place, each]) => ({ place, rules: each })));
}

test('a repository without rules has no bound at all', () => {
  assert.deepEqual(book({}).rulesFor('staging/a'), { quotas: [] });
  assert.deepEqual(book({ golden: { undelete: { days: 1 } } }).rulesFor('goldenrod/a'), { quotas: [] });
});

test('each rule is that of the nearest place that says something of it', () => {
  const rules = book({
    '*': { undelete: { days: 1 }, immutableTags: ['v*'] },
    staging: { immutableTags: ['*'], retention: { rules: [], untaggedDays: 3 } },
    'staging/vendor': { undelete: { days: 9 }, retention: false },
    'staging/vendor/agent': { immutableTags: ['release-*'] },
  });
  assert.deepEqual(rules.rulesFor('staging/vendor/agent'), {
    quotas: [],
    immutableTags: { place: 'staging/vendor/agent', patterns: ['release-*'] },
    undelete: { place: 'staging/vendor', days: 9 },
  });
  assert.deepEqual(rules.rulesFor('staging/other'), {
    quotas: [],
    immutableTags: { place: 'staging', patterns: ['*'] },
    undelete: { place: '*', days: 1 },
    retention: { place: 'staging', rules: [], untaggedDays: 3 },
  });
});

test('a quota nearer by adds a bound and lifts none', () => {
  const rules = book({
    '*': { quota: { bytes: 100 } },
    staging: { quota: { bytes: 10, repositories: 5 } },
    'staging/vendor': { quota: false },
    'staging/vendor/agent': { quota: { bytes: 50 } },
  });
  assert.deepEqual(
    rules.rulesFor('staging/vendor/agent').quotas.map(({ place, bytes }) => [place, bytes]),
    [
      ['staging/vendor/agent', 50],
      ['staging', 10],
      ['*', 100],
    ],
  );
});

test('it is known whether anybody is limited at all', () => {
  assert.equal(book({ staging: { rateLimit: false } }).hasRateLimits, false);
  assert.equal(book({ staging: { rateLimit: { requests: { limit: 1, seconds: 1 } } } }).hasRateLimits, true);
});
