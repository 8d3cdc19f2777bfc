import { z } from 'zod';
import { page } from './api-common.ts';
import { NamespaceRules, RateWindow, RetentionRule } from './namespace-rules.ts';

/** The rules that a place has of its own. */
export const RulesRow = z.object({
  /** A namespace, a path below one, or `*` for all namespaces. */
  place: z.string(),
  /** Counts the changes; 0 while it has none of its own. */
  version: z.number(),
  rules: NamespaceRules,
  changedAt: z.string().nullable(),
  changedBy: z.string().nullable(),
});
export type RulesRow = z.infer<typeof RulesRow>;

/** What holds at a place, each rule with the place that it comes from. */
export const RulesInForce = z.object({
  immutableTags: z.object({ place: z.string(), patterns: z.array(z.string()) }).nullable(),
  quotas: z.array(z.object({ place: z.string(), bytes: z.number().optional(), repositories: z.number().optional() })),
  rateLimit: z.object({ place: z.string(), requests: RateWindow.optional(), bytes: RateWindow.optional() }).nullable(),
  undelete: z.object({ place: z.string(), days: z.number() }).nullable(),
  retention: z
    .object({ place: z.string(), rules: z.array(RetentionRule), untaggedDays: z.number().optional() })
    .nullable(),
});
export type RulesInForce = z.infer<typeof RulesInForce>;

export const RulesDetail = RulesRow.extend({
  inForce: RulesInForce,
  usage: z.object({
    /** Unique bytes below the place; null where no quota has them counted. */
    bytes: z.number().nullable(),
    repositories: z.number(),
  }),
});
export type RulesDetail = z.infer<typeof RulesDetail>;

/** Body of `PUT /api/v1/rules/{place}`: all rules that the place has of its own; none takes them away. */
export const RulesChange = z.object({
  rules: NamespaceRules,
  /** The version that was read; when somebody has changed it since, the answer is 409. */
  version: z.number().int().min(0).optional(),
});

/** A tag, or an image without one, that no retention rule keeps. */
export const RetentionRow = z.object({
  repository: z.string(),
  tag: z.string().nullable(),
  digest: z.string(),
  pushedAt: z.string().nullable(),
  /** Why no rule keeps it. */
  reason: z.string(),
  /** Why it stays all the same; null when it goes. */
  spared: z.string().nullable(),
  /** The image leaves the repository with its last tag. */
  isImageGoing: z.boolean(),
});
export type RetentionRow = z.infer<typeof RetentionRow>;

/** Whole repositories; `next` is the last that was weighed. */
export const RetentionTrial = page(RetentionRow).extend({
  weighed: z.number(),
  /** Repositories that could not be weighed, and why. */
  problems: z.array(z.string()),
});
export type RetentionTrial = z.infer<typeof RetentionTrial>;

export const DeletionRow = z.object({
  id: z.number(),
  repository: z.string(),
  /** What was named: a tag or a digest. */
  reference: z.string(),
  digest: z.string(),
  tags: z.array(z.string()),
  /** False where only a tag was deleted. */
  isImage: z.boolean(),
  reason: z.string(),
  deletedBy: z.string(),
  deletedAt: z.string(),
  /** From then on it cannot come back. */
  expiresAt: z.string(),
});
export type DeletionRow = z.infer<typeof DeletionRow>;
export const DeletionPage = page(DeletionRow);
export type DeletionPage = z.infer<typeof DeletionPage>;

export const UndeleteAnswer = z.object({
  repository: z.string(),
  digest: z.string(),
  tags: z.array(z.string()),
  /** Tags that name something else by now; they stay as they are. */
  takenTags: z.array(z.string()),
});
export type UndeleteAnswer = z.infer<typeof UndeleteAnswer>;
