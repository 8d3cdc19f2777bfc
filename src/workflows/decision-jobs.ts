import { z } from 'zod';
import type { Digest } from '#kernel/digest.ts';
import { AppError, type ErrorCode, errorCodes } from '#kernel/errors.ts';
import { IntakeDecision } from '#model/api-intake.ts';
import type { JobDefinition } from '#platform/queue/queue.ts';
import type { AdmitWork } from './admit-image.ts';
import { extendByHand, restoreByHand, retireByHand } from './change-state.ts';
import { approveIntake, rejectIntake } from './decide-intake.ts';

/**
 * Decisions of people, as jobs: they sign, and only processes that run jobs reach the signing key. The answer is the job's result,
 * read by whoever waits for it; what a person can mend is an answer too, not a failure to repeat.
 */
export const DecisionInput = z.discriminatedUnion('verb', [
  IntakeDecision.extend({ verb: z.literal('approve'), id: z.string(), by: z.string() }),
  z.object({ verb: z.literal('reject'), id: z.string(), by: z.string(), reason: z.string() }),
  z.object({
    verb: z.enum(['retire', 'restore', 'extend']),
    repository: z.string(),
    digest: z.custom<Digest>((value) => typeof value === 'string'),
    by: z.string(),
    reason: z.string(),
    successor: z.string().nullish(),
    until: z.string().optional(),
  }),
]);
export type DecisionInput = z.infer<typeof DecisionInput>;

const Refusal = z.object({ refused: z.object({ code: z.string(), message: z.string() }) });

const byHand = { retire: retireByHand, restore: restoreByHand, extend: extendByHand } as const;

async function decide(work: AdmitWork, input: DecisionInput): Promise<void> {
  if (input.verb === 'approve') await approveIntake(work, input.id, input);
  else if (input.verb === 'reject') await rejectIntake(work, input.id, input);
  else await byHand[input.verb](work, input);
}

export const DECISION_JOB = 'decide';

export function decisionJob(work: AdmitWork): JobDefinition {
  return {
    name: DECISION_JOB,
    queueClass: 'interactive',
    retries: 0,
    async run(input) {
      try {
        await decide(work, DecisionInput.parse(input));
        return 'decided';
      } catch (error) {
        if (!(error instanceof AppError) || error.status >= 500) throw error;
        return JSON.stringify({ refused: { code: error.code, message: error.message } });
      }
    },
  };
}

/** Throws what the decision was refused with. */
export function checkDecided(result: string): void {
  if (!result.startsWith('{')) return;
  const parsed = Refusal.safeParse(JSON.parse(result));
  if (!parsed.success) return;
  const { code, message } = parsed.data.refused;
  throw new AppError((code in errorCodes ? code : 'conflict') as ErrorCode, message);
}
