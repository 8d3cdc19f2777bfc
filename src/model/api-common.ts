import { z } from 'zod';

/** A page of a list. `next` goes back as the `after` parameter; null on the last page (keyset paging, no totals). */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}

export const PageQuery = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** RFC 9457. `code` is one of kernel/errors.ts, `requestId` finds the log line. */
export const ProblemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
});
export type ProblemDetails = z.infer<typeof ProblemDetails>;
