import { z } from 'zod';

/** `*` and `?` as in file names, `[a-z]` and `[!0-9]`; one that begins with `!` takes out what an earlier one took in. */
export const TagPattern = z
  .string()
  .min(1)
  .max(128)
  .regex(/^!?[\w.*?[\]!-]+$/, 'use letters, digits, . _ - and * ? [ ]; ! at the beginning for an exception');

const wholeNumber = z.number().int().max(Number.MAX_SAFE_INTEGER);
const days = wholeNumber.min(1).max(3650);

/** No more than `limit` in any `seconds`, evened out. */
export const RateWindow = z.strictObject({ limit: wholeNumber.min(1), seconds: wholeNumber.min(1).max(86_400) });
export type RateWindow = z.infer<typeof RateWindow>;

/**
 * The first rule that names a tag decides about it: it stays when one of the conditions keeps it. A tag that no rule names
 * stays.
 */
export const RetentionRule = z
  .strictObject({
    tags: z.array(TagPattern).min(1).max(50).default(['*']),
    /** Whatever is named here stays. */
    keepAll: z.literal(true).optional(),
    /** The newest images by push, each with all its tags. */
    keepLast: wholeNumber.min(1).optional(),
    keepPushedDays: days.optional(),
    keepPulledDays: days.optional(),
  })
  .refine(
    ({ keepAll, keepLast, keepPushedDays, keepPulledDays }) =>
      keepAll || (keepLast ?? keepPushedDays ?? keepPulledDays) !== undefined,
    'say what it keeps: keepAll, keepLast, keepPushedDays or keepPulledDays',
  );
export type RetentionRule = z.infer<typeof RetentionRule>;

/** The rules of one place; what is absent is inherited from the nearest place above, `false` is none from here on. */
export const NamespaceRules = z.strictObject({
  /** Tags that cannot be moved or deleted once they exist. */
  immutableTags: z.union([z.literal(false), z.array(TagPattern).min(1).max(50)]).optional(),
  /** Bounds everything below its place; a quota nearer by adds a bound, it lifts none. */
  quota: z
    .union([
      z.literal(false),
      z.strictObject({ bytes: wholeNumber.min(0), repositories: wholeNumber.min(0) }).partial(),
    ])
    .optional(),
  /** For each principal, or each address where nobody signed in. */
  rateLimit: z
    .union([z.literal(false), z.strictObject({ requests: RateWindow, bytes: RateWindow }).partial()])
    .optional(),
  /** For so long can be brought back what was deleted. */
  undelete: z.union([z.literal(false), z.strictObject({ days })]).optional(),
  retention: z
    .union([
      z.literal(false),
      z.strictObject({
        rules: z.array(RetentionRule).max(15).default([]),
        /** Images without a tag go when nobody pushed or pulled them for so long; absent: they stay. */
        untaggedDays: days.optional(),
      }),
    ])
    .optional(),
});
export type NamespaceRules = z.infer<typeof NamespaceRules>;

/** All namespaces. */
export const EVERYWHERE = '*';
