import { z } from 'zod';
import { Severity } from './severity.ts';

/** An advisory that matches a package, wherever that package lies. */
export const Match = z.object({
  advisoryId: z.string(),
  /** Aliases and upstream ids, CVE first. */
  aliases: z.array(z.string()),
  summary: z.string(),
  severity: Severity,
  /** CVSS base score, 0.0 to 10.0. */
  score: z.number().nullable(),
  fixedVersion: z.string().nullable(),
  /** Since when CISA lists it as known exploited (YYYY-MM-DD), else null. */
  knownExploitedSince: z.string().nullable(),
  /** True when the advisory says that the package itself is malicious (OSV `MAL-`). */
  malicious: z.boolean(),
});
export type Match = z.infer<typeof Match>;
