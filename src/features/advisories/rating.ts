import { findEcosystem } from '#model/ecosystem.ts';
import type { Severity } from '#model/severity.ts';

/** Words that databases and distributions use, on our scale; others say nothing. */
const words = new Map<string, Severity>([
  ['critical', 'critical'],
  ['important', 'high'],
  ['high', 'high'],
  ['moderate', 'medium'],
  ['medium', 'medium'],
  ['low', 'low'],
  ['minor', 'low'],
  ['negligible', 'low'],
  ['unimportant', 'low'],
]);

export function ratingOf(word: unknown): Severity | null {
  if (typeof word !== 'string') return null;
  return words.get(word.toLowerCase().replace(/\*+$/, '').trim()) ?? null;
}

interface Rated {
  readonly ecosystem: string;
  readonly summary: string;
  /** What the distribution adds to the package. */
  readonly specific: Readonly<Record<string, unknown>>;
  readonly severities: readonly { readonly type: string; readonly score: string }[];
}

/** `Important: firefox security update` */
const SUMMARY_WORD = /^\s*(critical|important|moderate|low)\s*:/i;

/** What a distribution itself says of a package: it knows how the package is built, a vector does not. */
export function distributionRating({ ecosystem, summary, specific, severities }: Rated): Severity | null {
  const row = findEcosystem(ecosystem);
  const isSystem = row !== undefined && ['apk', 'deb', 'rpm'].includes(row.purlType);
  if (!isSystem) return null;
  const own = severities.find((entry) => entry.type === 'Ubuntu')?.score;
  return (
    ratingOf(own) ??
    ratingOf(specific.urgency) ??
    ratingOf(specific.ubuntu_priority) ??
    ratingOf(specific.severity) ??
    ratingOf(SUMMARY_WORD.exec(summary)?.[1])
  );
}
