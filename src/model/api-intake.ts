import { z } from 'zod';
import { page } from './api-common.ts';
import { SupportWindow } from './lifecycle.ts';
import { Posture } from './posture.ts';
import { Verdict } from './verdict.ts';

/** `queued` and `running` have no verdict yet; `superseded`: a newer push replaced the tag before a decision. */
export const IntakeStatus = z.enum([
  'queued',
  'running',
  'waiting',
  'cataloged',
  'rejected',
  'quarantined',
  'failed',
  'superseded',
]);
export type IntakeStatus = z.infer<typeof IntakeStatus>;

export const IntakeRow = z.object({
  id: z.string(),
  repository: z.string(),
  tag: z.string(),
  digest: z.string(),
  /** Where it goes when approved. */
  target: z.string(),
  status: IntakeStatus,
  /** What the job does now, in words; or why it failed. */
  step: z.string(),
  /** One line: the reason that stands first. */
  summary: z.string(),
  pushedBy: z.string(),
  pushedAt: z.string(),
  decidedAt: z.string().nullable(),
  decidedBy: z.string().nullable(),
  decisionReason: z.string().nullable(),
});
export type IntakeRow = z.infer<typeof IntakeRow>;

export const IntakePage = page(IntakeRow);
export type IntakePage = z.infer<typeof IntakePage>;

export const IntakeDetail = IntakeRow.extend({
  verdict: Verdict.nullable(),
  posture: Posture.nullable(),
  window: SupportWindow,
  platforms: z.array(z.object({ digest: z.string(), platform: z.string() })),
  mayDecide: z.boolean(),
});
export type IntakeDetail = z.infer<typeof IntakeDetail>;

export const AcceptanceScope = z.enum(['image', 'entry', 'namespace']);
export type AcceptanceScope = z.infer<typeof AcceptanceScope>;

/** Body of `POST /api/v1/intake/{id}/{approve|reject}`. Approving what failed makes an acceptance. */
export const IntakeDecision = z.object({
  reason: z.string().trim().min(10).max(1000),
  /** Of the acceptance; default 30 days from now. */
  until: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
  scope: AcceptanceScope.default('image'),
  ticket: z.string().max(100).optional(),
});
export type IntakeDecision = z.infer<typeof IntakeDecision>;

/** Body of `POST /api/v1/intake`: bring an image with its referrers from another registry. */
export const IntakeAddition = z.object({
  reference: z.string().min(1).max(500),
  /** Defaults to `staging/` and the source's last path segments. */
  repository: z.string().optional(),
  tag: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  plainHttp: z.boolean().default(false),
});
export type IntakeAddition = z.infer<typeof IntakeAddition>;
