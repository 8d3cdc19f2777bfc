import type { Severity } from '#model/severity.ts';

/** What holds for a whole OSV record. https://ossf.github.io/osv-schema/ */
export interface AdvisoryHead {
  readonly id: string;
  /** ISO time; empty when the record has none worth the name. */
  readonly modified: string;
  readonly published: string | null;
  readonly withdrawn: boolean;
  /** Aliases and upstream ids, CVE first; for distributions also the CVEs that the record only calls related. */
  readonly aliases: readonly string[];
  readonly summary: string;
  /** CVSS vectors of any version. */
  readonly vectors: readonly string[];
  /** What the database itself says, where neither distribution nor vector does. */
  readonly rating: Severity | null;
}

export type EventKind = 'introduced' | 'fixed' | 'last_affected' | 'limit';

export interface RangeEvent {
  readonly kind: EventKind;
  readonly version: string;
}

/** One package in one record. Ranges of commits are left out: packages have versions. */
export interface Affected {
  /** As the record writes it, with release. */
  readonly ecosystem: string;
  /** Normalised by the ecosystem's rule. */
  readonly name: string;
  readonly versions: readonly string[];
  readonly ranges: readonly (readonly RangeEvent[])[];
  /** CVSS vectors for this package only; they override the record's. */
  readonly vectors: readonly string[];
  /** What the distribution says. */
  readonly rating: Severity | null;
  /** Binary packages that the source package was fixed in, with versions; null when the record lists none. */
  readonly binaries: Readonly<Record<string, string>> | null;
  /** True for notices, such as that nobody maintains the package. */
  readonly informational: boolean;
}

export interface Advisory extends AdvisoryHead {
  readonly details: string;
  readonly affected: readonly Affected[];
}

/** One affected package with the record it stands in. */
export interface AffectedAdvisory {
  readonly advisory: AdvisoryHead;
  readonly affected: Affected;
}

/** `ecosystem` without release, `name` normalised. */
export interface PackageKey {
  readonly ecosystem: string;
  readonly name: string;
}

export interface SourceDate {
  readonly source: string;
  /** ISO time of the last good refresh. */
  readonly date: string;
}

/** Advisories, found by package. */
export interface AdvisoryIndex {
  /**
   * Every affected entry of the packages, in no order: of any release or, when ecosystems with their releases are given, at
   * least of those.
   */
  find(keys: readonly PackageKey[], releases?: ReadonlySet<string>): Promise<readonly AffectedAdvisory[]>;
  /** True when there is any record for the ecosystem, with its release. */
  covers(ecosystem: string): Promise<boolean>;
  /** Where the advisories come from, and how old they are. */
  describe(): Promise<readonly SourceDate[]>;
}

export function keyOf(ecosystem: string, name: string): string {
  return `${ecosystem}\u0000${name}`;
}
