import { z } from 'zod';
import { page } from './api-common.ts';
import { ImageState } from './image-state.ts';
import { SupportWindow } from './lifecycle.ts';
import { Posture } from './posture.ts';

/** How long before and after the end of life an entry's images change state; null means the installation's default. */
export const SupportPolicy = z.object({
  /** The owner's own end date for the whole entry (YYYY-MM-DD). */
  endOfLife: z.string().nullable(),
  deprecateDaysBefore: z.number().int().min(0).nullable(),
  retireDaysAfter: z.number().int().min(0).nullable(),
  /** A tag of this entry, or `repository:tag` of another. */
  successor: z.string().nullable(),
});
export type SupportPolicy = z.infer<typeof SupportPolicy>;

/** One row of the catalog: the entry and its recommended tag (the newest supported one). */
export const EntryRow = z.object({
  repository: z.string(),
  description: z.string(),
  owner: z.string().nullable(),
  categories: z.array(z.string()),
  recommended: z
    .object({
      tag: z.string(),
      digest: z.string(),
      state: ImageState,
      distribution: z.string().nullable(),
      platforms: z.array(z.string()),
      posture: Posture.nullable(),
      reportedAt: z.string().nullable(),
      window: SupportWindow,
    })
    .nullable(),
  tags: z.number(),
  teams: z.number(),
  updatedAt: z.string(),
  /** Why the row matched the search, when it is not the name: `openssl 3.3.2-r1`, `CVE-2026-1`. */
  matched: z.string().nullable(),
  mayPull: z.boolean(),
});
export type EntryRow = z.infer<typeof EntryRow>;

export const EntryQuery = z.object({
  /** Words are and-ed; `owner:x`, `cve:CVE-…`, `package:x` narrow. */
  q: z.string().max(200).optional(),
  grade: z.string().optional(),
  state: z.string().optional(),
  owner: z.string().optional(),
  distribution: z.string().optional(),
  /** `supported`, `ending` (within 180 days), `ended`, `unknown`. */
  support: z.string().optional(),
  sort: z.enum(['name', 'grade', 'end', 'updated']).default('name'),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type EntryQuery = z.infer<typeof EntryQuery>;

const FacetValue = z.object({ value: z.string(), count: z.number() });
export const EntryPage = page(EntryRow).extend({
  /** Counted under the current filters. */
  facets: z.object({
    grade: z.array(FacetValue),
    support: z.array(FacetValue),
    owner: z.array(FacetValue),
    distribution: z.array(FacetValue),
    state: z.array(FacetValue),
  }),
  matching: z.number(),
  total: z.number(),
});
export type EntryPage = z.infer<typeof EntryPage>;

export const TagRow = z.object({
  tag: z.string(),
  digest: z.string(),
  state: ImageState,
  reason: z.string().nullable(),
  since: z.string(),
  window: SupportWindow,
  posture: Posture.nullable(),
  distribution: z.string().nullable(),
  reportedAt: z.string().nullable(),
  pushedAt: z.string(),
  platforms: z.array(z.string()),
});
export type TagRow = z.infer<typeof TagRow>;

export const EntryDetail = EntryRow.extend({
  support: SupportPolicy,
  tagRows: z.array(TagRow),
  consumers: z.array(
    z.object({
      principal: z.string(),
      kind: z.string(),
      pulls: z.number(),
      lastPullAt: z.string(),
      tags: z.array(z.string()),
    }),
  ),
});
export type EntryDetail = z.infer<typeof EntryDetail>;

/** Body of `PATCH /api/v1/entries/{repository}`; what is absent stays. */
export const EntryPatch = z
  .object({
    description: z.string().max(200),
    owner: z.string().max(100).nullable(),
    categories: z.array(z.string().max(50)).max(20),
    support: SupportPolicy.partial(),
  })
  .partial();
export type EntryPatch = z.infer<typeof EntryPatch>;
