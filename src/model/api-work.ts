import { z } from 'zod';
import { page } from './api-common.ts';

export const JobRow = z.object({
  id: z.string(),
  /** The workflow's name, such as `admit-image`. */
  name: z.string(),
  class: z.string(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'retrying', 'cancelled']),
  subject: z.string(),
  step: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  error: z.string().nullable(),
});
export type JobRow = z.infer<typeof JobRow>;
export const JobPage = page(JobRow);
export type JobPage = z.infer<typeof JobPage>;

export const ScheduleRow = z.object({
  name: z.string(),
  title: z.string(),
  cron: z.string(),
  lastStartedAt: z.string().nullable(),
  lastFinishedAt: z.string().nullable(),
  lastResult: z.string().nullable(),
  lastDurationMs: z.number().nullable(),
  nextAt: z.string().nullable(),
});
export type ScheduleRow = z.infer<typeof ScheduleRow>;

export const AdvisorySourceRow = z.object({
  id: z.string(),
  location: z.string(),
  advisories: z.number(),
  refreshedAt: z.string().nullable(),
  changedAt: z.string().nullable(),
  lastError: z.string().nullable(),
  state: z.enum(['never', 'importing', 'good', 'stale', 'failed']),
});
export type AdvisorySourceRow = z.infer<typeof AdvisorySourceRow>;

export const AdvisoryDetail = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  summary: z.string(),
  details: z.string(),
  severity: z.string(),
  score: z.number().nullable(),
  published: z.string().nullable(),
  modified: z.string(),
  knownExploitedSince: z.string().nullable(),
  images: z.array(
    z.object({ digest: z.string(), repository: z.string(), tags: z.array(z.string()), package: z.string() }),
  ),
});
export type AdvisoryDetail = z.infer<typeof AdvisoryDetail>;

export const AuditRow = z.object({
  id: z.number(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  from: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type AuditRow = z.infer<typeof AuditRow>;
export const AuditPage = page(AuditRow);
