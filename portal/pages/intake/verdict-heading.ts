import type { RuleOutcome, RuleResult } from '#model/verdict.ts';

const NUMBERS = [
  'No',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
];

/** What stands first is what somebody must read. */
const outcomeOrder: readonly RuleOutcome[] = ['fail', 'open', 'accepted', 'pass'];

/** `One rule failed, one is undecided and four passed`: the verdict in one line. */
export function verdictHeading(results: readonly RuleResult[]): string {
  const parts: string[] = [];
  for (const outcome of outcomeOrder) {
    const count = results.filter((result) => result.outcome === outcome).length;
    if (count > 0) parts.push(partOf(outcome, count, parts.length === 0));
  }
  if (parts.length === 0) return 'No rule was asked';
  const last = parts.pop() ?? '';
  return parts.length > 0 ? `${parts.join(', ')} and ${last}` : last;
}

function partOf(outcome: RuleOutcome, count: number, isFirst: boolean): string {
  const word = NUMBERS[count] ?? String(count);
  const number = isFirst ? `${word} ${count === 1 ? 'rule' : 'rules'}` : word.toLowerCase();
  const be = count === 1 ? 'is' : 'are';
  const verbs: Record<RuleOutcome, string> = {
    fail: 'failed',
    open: `${be} undecided`,
    accepted: `${be} accepted`,
    pass: 'passed',
  };
  return `${number} ${verbs[outcome]}`;
}
