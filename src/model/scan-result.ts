import { z } from 'zod';
import { MalwareFinding } from './malware.ts';
import { Location } from './package.ts';
import { Problem } from './problem.ts';
import { Severity } from './severity.ts';

/** Why a package is listed and does not count; both null for what counts. Only `--all` lists others. */
const marks = {
  /** The operating system's package that owns these files. */
  ownedBy: z.string().nullable(),
  /** The layer (its diff ID) that took it away. */
  removedIn: z.string().nullable(),
};

const PackageRow = z.object({
  name: z.string(),
  version: z.string(),
  ecosystem: z.string(),
  purl: z.string(),
  source: z.string().nullable(),
  sourceVersion: z.string().nullable(),
  locations: z.array(Location),
  ...marks,
});

const FindingRow = z.object({
  id: z.string(),
  aliases: z.array(z.string()),
  package: z.object({ name: z.string(), version: z.string(), ecosystem: z.string(), purl: z.string() }),
  fixedVersion: z.string().nullable(),
  severity: Severity,
  score: z.number().nullable(),
  knownExploited: z.boolean(),
  locations: z.array(Location),
  ...marks,
});

/** What `assay scan --format json` prints. Fields are added, never changed, within one `schemaVersion`. */
export const ScanResult = z.object({
  schemaVersion: z.literal(1),
  target: z.string(),
  images: z.array(
    z.object({
      digest: z.string(),
      platform: z.string(),
      distribution: z.object({ id: z.string(), versionId: z.string(), endOfLife: z.string().nullable() }).nullable(),
      packages: z.array(PackageRow),
      findings: z.array(FindingRow),
      malware: z.array(MalwareFinding),
      problems: z.array(Problem),
    }),
  ),
});
export type ScanResult = z.infer<typeof ScanResult>;
