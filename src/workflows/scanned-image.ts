import type { Match } from '#model/finding.ts';
import type { MalwareFinding } from '#model/malware.ts';
import type { Distribution, Package } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';

/** A package with its row id and the advisories that match it. */
export interface ScannedPackage {
  readonly id: number;
  readonly package: Package;
  readonly matches: readonly Match[];
}

/** What is known of one platform's image. */
export interface ScannedPlatform {
  readonly digest: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly platform: string;
  readonly distribution: Distribution | null;
  /** False when no advisories are known for this distribution or release. */
  readonly covered: boolean;
  readonly packages: readonly ScannedPackage[];
  readonly malware: readonly MalwareFinding[];
  readonly problems: readonly Problem[];
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly created: string | null;
}

/** An image by the digest that a tag points to, with everything read about it. */
export interface ScannedImage {
  readonly digest: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly kind: 'image' | 'index';
  readonly annotations: Readonly<Record<string, string>>;
  readonly platforms: readonly ScannedPlatform[];
  readonly problems: readonly Problem[];
  /** How many changes waited to be seen when the scan began. */
  readonly dueChanges: number;
  readonly startedAt: Date;
  readonly finishedAt: Date;
}
