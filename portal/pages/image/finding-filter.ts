import type { FindingRow } from '#model/api-images.ts';
import type { Severity } from '#model/severity.ts';

export interface FindingFilter {
  readonly words: string;
  /** Empty: every severity. */
  readonly severities: ReadonlySet<Severity>;
  readonly fixableOnly: boolean;
  readonly showAccepted: boolean;
}

export const noFilter: FindingFilter = { words: '', severities: new Set(), fixableOnly: false, showAccepted: true };

/** Every word must occur in the package, an id or a path. */
export function matchesFilter(finding: FindingRow, filter: FindingFilter): boolean {
  if (!filter.showAccepted && finding.acceptance) return false;
  if (filter.fixableOnly && finding.fixedVersion === null) return false;
  if (filter.severities.size > 0 && !filter.severities.has(finding.severity)) return false;
  const text = [
    finding.package.name,
    finding.package.version,
    finding.package.ecosystem,
    finding.id,
    ...finding.aliases,
    finding.summary,
    ...finding.locations.map((location) => location.path),
  ]
    .join(' ')
    .toLowerCase();
  return filter.words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
