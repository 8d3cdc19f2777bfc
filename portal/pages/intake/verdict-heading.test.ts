import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleOutcome, RuleResult } from '#model/verdict.ts';
import { inOutcomeOrder, verdictHeading } from './verdict-heading.ts';

function results(...outcomes: RuleOutcome[]): RuleResult[] {
  return outcomes.map((outcome, at) => ({
    rule: `rule-${at}`,
    title: `Rule ${at}`,
    outcome,
    reasons: [],
    remedy: null,
    acceptanceId: null,
  }));
}

const cases: readonly (readonly [RuleOutcome[], string])[] = [
  [[], 'No rule was asked'],
  [['pass'], 'One rule passed'],
  [['pass', 'pass', 'open', 'accepted'], 'One rule is undecided, one is accepted and two passed'],
  [['open', 'open', 'pass'], 'Two rules are undecided and one passed'],
  [['pass', 'fail'], 'One rule failed and one passed'],
];

for (const [outcomes, heading] of cases) {
  test(`the heading of ${outcomes.join(', ') || 'nothing'} is "${heading}"`, () => {
    assert.equal(verdictHeading(results(...outcomes)), heading);
  });
}

test('rules stand in the order fail, open, accepted, pass, and keep their order within it', () => {
  const ordered = inOutcomeOrder(results('pass', 'accepted', 'fail', 'open', 'pass'));
  assert.deepEqual(
    ordered.map((result) => result.rule),
    ['rule-2', 'rule-3', 'rule-1', 'rule-0', 'rule-4'],
  );
});
