import { z } from 'zod';

/** `open`: the rule leaves it to a curator. `accepted`: failed or open, and a curator accepted it for a time. */
export const RuleOutcome = z.enum(['pass', 'fail', 'open', 'accepted']);
export type RuleOutcome = z.infer<typeof RuleOutcome>;

export const RuleResult = z.object({
  rule: z.string(),
  title: z.string(),
  outcome: RuleOutcome,
  /** Sentences with the facts; each names what was found and where. */
  reasons: z.array(z.string()),
  /** What the pusher can do about it; null when there is nothing to do. */
  remedy: z.string().nullable(),
  acceptanceId: z.string().nullable(),
});
export type RuleResult = z.infer<typeof RuleResult>;

/** `waiting` means that a curator decides. */
export const VerdictOutcome = z.enum(['pass', 'fail', 'waiting']);
export type VerdictOutcome = z.infer<typeof VerdictOutcome>;

export const Verdict = z.object({
  outcome: VerdictOutcome,
  results: z.array(RuleResult),
  policyVersion: z.number(),
  judgedAt: z.string(),
  /** The dates of the data that the verdict rests on: source → ISO time of its last good refresh. */
  dataDates: z.record(z.string(), z.string()),
});
export type Verdict = z.infer<typeof Verdict>;

/** Fail beats open, open beats pass; what was accepted passes. */
export function outcomeOf(results: readonly RuleResult[]): VerdictOutcome {
  if (results.some((result) => result.outcome === 'fail')) return 'fail';
  return results.some((result) => result.outcome === 'open') ? 'waiting' : 'pass';
}
