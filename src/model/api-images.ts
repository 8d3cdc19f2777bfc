import { z } from 'zod';
import { page } from './api-common.ts';
import { ImageState } from './image-state.ts';
import { SupportWindow } from './lifecycle.ts';
import { MalwareFinding } from './malware.ts';
import { Location } from './package.ts';
import { Posture } from './posture.ts';
import { Problem } from './problem.ts';
import { Severity } from './severity.ts';
import { Verdict } from './verdict.ts';

/** What a repository says of an image. */
export const RepositoryState = z.object({
  repository: z.string(),
  tags: z.array(z.string()),
  state: ImageState,
  since: z.string(),
  reason: z.string().nullable(),
  successor: z.string().nullable(),
  retiresAt: z.string().nullable(),
  /** The sentence that a pull is refused or warned with; null when it is served silently. */
  notice: z.string().nullable(),
});
export type RepositoryState = z.infer<typeof RepositoryState>;

export const SignatureCheck = z.object({
  name: z.string(),
  outcome: z.enum(['passed', 'failed', 'logged', 'not-reached']),
  detail: z.string(),
});

export const ReportRow = z.object({
  /** The digest of the report's manifest, a referrer of the image. */
  digest: z.string(),
  kind: z.enum(['vulnerability', 'malware']),
  format: z.string(),
  artifactType: z.string(),
  sizeBytes: z.number(),
  createdAt: z.string(),
  validUntil: z.string(),
  current: z.boolean(),
  /** Address of the report's bytes. */
  href: z.string(),
  signature: z
    .object({
      digest: z.string(),
      signedBy: z.string(),
      developmentKey: z.boolean(),
      signedAt: z.string(),
      expiresAt: z.string().nullable(),
      valid: z.boolean(),
      checks: z.array(SignatureCheck),
    })
    .nullable(),
});
export type ReportRow = z.infer<typeof ReportRow>;

export const ImageDetail = z.object({
  digest: z.string(),
  kind: z.enum(['index', 'image']),
  mediaType: z.string(),
  sizeBytes: z.number(),
  createdAt: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  platforms: z.array(z.object({ digest: z.string(), platform: z.string(), sizeBytes: z.number() })),
  platform: z.string().nullable(),
  distribution: z.object({ id: z.string(), versionId: z.string(), name: z.string() }).nullable(),
  repositories: z.array(RepositoryState),
  verdict: Verdict.nullable(),
  posture: Posture.nullable(),
  window: SupportWindow,
  malware: z.array(MalwareFinding),
  problems: z.array(Problem),
  reports: z.array(ReportRow),
  scannedAt: z.string().nullable(),
  nextScanAt: z.string().nullable(),
  /** Where the image was brought from (`assay intake add`), else null. */
  origin: z.object({ reference: z.string(), digest: z.string(), at: z.string(), by: z.string() }).nullable(),
  signing: z.object({ developmentKey: z.boolean(), approvedBy: z.string().nullable() }),
});
export type ImageDetail = z.infer<typeof ImageDetail>;

export const FindingRow = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  summary: z.string(),
  severity: Severity,
  score: z.number().nullable(),
  package: z.object({ name: z.string(), version: z.string(), ecosystem: z.string(), purl: z.string() }),
  fixedVersion: z.string().nullable(),
  knownExploitedSince: z.string().nullable(),
  locations: z.array(Location),
  platforms: z.array(z.string()),
  acceptance: z.object({ id: z.string(), reason: z.string(), until: z.string(), by: z.string() }).nullable(),
});
export type FindingRow = z.infer<typeof FindingRow>;
export const FindingPage = page(FindingRow);
export type FindingPage = z.infer<typeof FindingPage>;

export const PackageRow = z.object({
  name: z.string(),
  version: z.string(),
  ecosystem: z.string(),
  purl: z.string(),
  source: z.string().nullable(),
  ownedBy: z.string().nullable(),
  locations: z.array(Location),
  platforms: z.array(z.string()),
  findings: z.number(),
});
export type PackageRow = z.infer<typeof PackageRow>;
export const PackagePage = page(PackageRow);
export type PackagePage = z.infer<typeof PackagePage>;

export const LayerRow = z.object({
  diffId: z.string(),
  digest: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number(),
  createdBy: z.string(),
  packages: z.number(),
  findings: z.number(),
});
export type LayerRow = z.infer<typeof LayerRow>;

export const HistoryRow = z.object({
  at: z.string(),
  repository: z.string(),
  state: ImageState.nullable(),
  actor: z.string(),
  message: z.string(),
});
export type HistoryRow = z.infer<typeof HistoryRow>;
export const HistoryPage = page(HistoryRow);
export type HistoryPage = z.infer<typeof HistoryPage>;

/** Body of `POST /api/v1/images/{digest}/{retire|restore|extend}`. */
export const LifecycleDecision = z.object({
  repository: z.string(),
  reason: z.string().trim().min(10).max(1000),
  successor: z.string().nullable().optional(),
  /** For extend and restore: the new end (YYYY-MM-DD). */
  until: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
});
export type LifecycleDecision = z.infer<typeof LifecycleDecision>;
