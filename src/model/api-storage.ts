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

export const ScrubRound = z.object({
  id: z.number(),
  startedAt: z.string(),
  finishedAt: z.string().nullable(),
  /** The last digest that was checked. */
  place: z.string(),
  blobs: z.number(),
  bytes: z.number(),
  bytesPerSecond: z.number(),
});
export type ScrubRound = z.infer<typeof ScrubRound>;

export const ScrubFinding = z.object({
  digest: z.string(),
  kind: z.enum(['corrupt', 'missing', 'unreadable', 'wrong-size', 'incomplete', 'orphan']),
  repository: z.string(),
  detail: z.string(),
  sizeBytes: z.number(),
  foundAt: z.string(),
  mendedAt: z.string().nullable(),
  mendedBy: z.string().nullable(),
});
export type ScrubFinding = z.infer<typeof ScrubFinding>;

/** The last round, what stands open, and what was mended since it began. */
export const ScrubReport = z.object({ round: ScrubRound.nullable(), findings: z.array(ScrubFinding) });
export type ScrubReport = z.infer<typeof ScrubReport>;

export const ScrubStart = z.object({
  bytesPerSecond: z.number().int().min(1024).optional(),
  /** A registry to mend from, as HOST or HOST/PATH, without a password. */
  source: z
    .string()
    .max(500)
    .regex(/^[^@\s]+$/, 'a registry as HOST or HOST/PATH')
    .optional(),
});
export type ScrubStart = z.infer<typeof ScrubStart>;
