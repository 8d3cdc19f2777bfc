import { z } from 'zod';

export const GarbageRow = z.object({
  kind: z.enum(['manifest-link', 'blob-link', 'manifest', 'blob', 'bytes']),
  /** Empty where no repository has it. */
  repository: z.string(),
  digest: z.string(),
  reason: z.string(),
  sizeBytes: z.number(),
  /** 0 where others hold it too. */
  freedBytes: z.number(),
  since: z.string(),
  /** The earliest time at which it goes. */
  dueAt: z.string(),
  isDue: z.boolean(),
});
export type GarbageRow = z.infer<typeof GarbageRow>;

/** What a collection would remove. */
export const GarbageTrial = z.object({
  items: z.array(GarbageRow),
  /** Candidates that wait to be looked at, many of which turn out to be needed. */
  waiting: z.number(),
  delayHours: z.number(),
  freedBytes: z.number(),
  /** True when there is more than was asked for. */
  isCut: z.boolean(),
});
export type GarbageTrial = z.infer<typeof GarbageTrial>;
