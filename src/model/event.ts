import { z } from 'zod';

export const EventType = z.enum([
  'image.pushed',
  'image.judged',
  'image.cataloged',
  'image.rejected',
  'image.waiting',
  'image.quarantined',
  'image.scanned',
  'report.signed',
  'image.deprecated',
  'image.retired',
  'image.restored',
  'image.extended',
  'advisories.refreshed',
  'lifecycle.reviewed',
  'job.changed',
]);
export type EventType = z.infer<typeof EventType>;

/** Something that happened, as webhooks, the log and server-sent events carry it. `id` grows. */
export const AssayEvent = z.object({
  id: z.number(),
  type: EventType,
  at: z.string(),
  repository: z.string().nullable(),
  digest: z.string().nullable(),
  actor: z.string(),
  /** One plain sentence. */
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type AssayEvent = z.infer<typeof AssayEvent>;
