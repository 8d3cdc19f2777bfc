import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import { formatDay } from '#model/image-state.ts';
import { outcomeOf, type RuleResult, type Verdict } from '#model/verdict.ts';
import { type Acceptance, acceptsAdvisory, isActive, isInScope } from './acceptance.ts';
import type { Policy } from './policy.ts';
import type { Evidence, EvidenceFinding, ListedRule, RuleJudgement } from './rule.ts';
import { rules as allRules } from './rules/index.ts';

export interface JudgeDeps {
  readonly policy: Policy;
  /** Those that may concern the image; what is out of scope or over is not used. */
  readonly acceptances: readonly Acceptance[];
  readonly clock: Clock;
  /** Another list, for tests. */
  readonly rules?: readonly ListedRule[];
}

/** The rule whose findings may be accepted one by one. */
const FINDINGS_RULE = 'vulnerabilities';

/**
 * Judges an image by the rules of its namespace. What failed or stayed open and was accepted for this image, entry or
 * namespace passes as `accepted`; a rule that breaks is left to a curator.
 */
export function judge({ policy, acceptances, clock, rules = allRules }: JudgeDeps, evidence: Evidence): Verdict {
  const now = clock.now();
  const usable = acceptances.filter((acceptance) => isActive(acceptance, now) && isInScope(acceptance, evidence));
  const results: RuleResult[] = [];
  for (const rule of rules) {
    const options = policy.rules[rule.id] ?? {};
    if (options === false) continue;
    const own = usable.filter((acceptance) => acceptance.rule === rule.id);
    results.push(accepted(judgeRule(rule, options, evidence, own), own));
  }
  return {
    outcome: outcomeOf(results),
    results,
    policyVersion: policy.version,
    judgedAt: now.toISOString(),
    dataDates: { ...evidence.dataDates },
  };
}

function judgeRule(rule: ListedRule, options: unknown, evidence: Evidence, own: readonly Acceptance[]): RuleResult {
  const { id, title } = rule;
  const result = (judgement: RuleJudgement): RuleResult => ({ rule: id, title, acceptanceId: null, ...judgement });
  const named = id === FINDINGS_RULE ? own.filter((acceptance) => acceptance.advisoryId !== null) : [];
  try {
    const { rest, used } = withoutAccepted(evidence, named);
    const judgement = rule.judge(rest, options);
    return result({ ...judgement, reasons: [...judgement.reasons, ...used.map(sentenceOf)] });
  } catch (error) {
    const reasons = [`The rule could not be judged: ${messageOf(error)}.`];
    return result({ outcome: 'open', reasons, remedy: 'Ask a curator to decide, and security to repair the rule.' });
  }
}

/** The evidence without the findings that are accepted one by one, and the acceptances that took some away. */
function withoutAccepted(
  evidence: Evidence,
  named: readonly Acceptance[],
): { rest: Evidence; used: readonly Acceptance[] } {
  if (named.length === 0) return { rest: evidence, used: [] };
  const used = new Set<Acceptance>();
  const isOpen = (finding: EvidenceFinding) => {
    const acceptance = named.find((candidate) => acceptsAdvisory(candidate, finding));
    if (acceptance) used.add(acceptance);
    return acceptance === undefined;
  };
  const platforms = evidence.platforms.map((platform) => ({ ...platform, findings: platform.findings.filter(isOpen) }));
  return { rest: { ...evidence, platforms }, used: [...used] };
}

function accepted(result: RuleResult, own: readonly Acceptance[]): RuleResult {
  if (result.outcome !== 'fail' && result.outcome !== 'open') return result;
  const whole = own.find((acceptance) => acceptance.advisoryId === null);
  if (!whole) return result;
  return { ...result, outcome: 'accepted', reasons: [...result.reasons, sentenceOf(whole)], acceptanceId: whole.id };
}

function sentenceOf({ advisoryId, until, by, reason, ticket }: Acceptance): string {
  const what = advisoryId === null ? 'Accepted' : `${advisoryId} is accepted`;
  const why = `${reason.trim().replace(/[.\s]+$/, '')}${ticket ? ` (${ticket})` : ''}`;
  return `${what} until ${formatDay(new Date(until))} by ${by}: ${why}.`;
}

/** The reason that stands first: what an intake shows in one line. */
export function summaryOf(verdict: Verdict): string {
  const wanted = ['fail', 'open', 'accepted'] as const;
  for (const outcome of wanted) {
    const [first] = verdict.results.filter((result) => result.outcome === outcome);
    if (first) return first.reasons[0] ?? first.title;
  }
  return 'Every rule passes.';
}
