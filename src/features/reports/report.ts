import type { Digest } from '#kernel/digest.ts';
import type { Match } from '#model/finding.ts';
import type { MalwareFinding } from '#model/malware.ts';
import type { Distribution, Location, Package, PackageIdentity } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';

export type ReportKind = 'vulnerability' | 'malware';

/** Somebody with the right to do so lives with the finding for a time. */
export interface ReportAcceptance {
  readonly reason: string;
  readonly until: Date;
  readonly by: string;
  readonly ticket: string | null;
}

export interface ReportFinding extends Match {
  readonly package: PackageIdentity & { readonly locations: readonly Location[] };
  readonly acceptance?: ReportAcceptance;
}

/** What was learnt about one platform image. */
export interface PlatformScan {
  readonly digest: string;
  /** `linux/amd64` */
  readonly platform: string;
  readonly distribution: Distribution | null;
  readonly packages: readonly Package[];
  readonly findings: readonly ReportFinding[];
  readonly malware: readonly MalwareFinding[];
  readonly problems: readonly Problem[];
}

/** Everything that a report says. The same input gives the same bytes. */
export interface ReportInput {
  /** The image that the report is about: a platform image or an index. `name` is how people call it. */
  readonly image: { readonly digest: Digest; readonly mediaType: string; readonly size: number; readonly name: string };
  /** One for a platform image, all of them for an index. */
  readonly platforms: readonly PlatformScan[];
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly validUntil: Date;
  readonly toolVersion: string;
  /** The advisories that were looked at; null: never refreshed. */
  readonly dataSources: readonly { readonly id: string; readonly refreshedAt: Date | null }[];
  readonly malwareEngines: readonly { readonly id: string; readonly version: string }[];
}

/** One way to write a report down. Rendering is pure and deterministic. */
export interface ReportFormat {
  /** Kebab-case and stable; the name of its file. */
  readonly id: string;
  readonly title: string;
  readonly kind: ReportKind;
  /** The artifact type of the report's manifest and the media type of its one layer. */
  readonly artifactType: string;
  readonly mediaType: string;
  render(input: ReportInput): Uint8Array;
}

export const TOOL_NAME = 'Assay';
