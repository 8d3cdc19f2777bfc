import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleOutcome, RuleResult } from '#model/verdict.ts';
import { verdictHeading } from './verdict-heading.ts';

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
