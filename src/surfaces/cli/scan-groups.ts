import { findScheme } from '#formats/versions/index.ts';
import { schemeOfEcosystem } from '#model/ecosystem.ts';
import type { Match } from '#model/finding.ts';
import type { Package } from '#model/package.ts';
import { compareSeverity, type Severity } from '#model/severity.ts';

/** Packages that one step mends: built from one source in one version, or one library wherever it lies. */
export interface FindingGroup {
  /** Of the packages, each once. */
  readonly names: readonly string[];
  readonly version: string;
  /** The lowest version without the findings that have a fix; null when none has one. */
  readonly fixedVersion: string | null;
  /** True when some finding has no fix yet. */
  readonly isPartial: boolean;
  readonly severity: Severity;
  readonly isExploited: boolean;
  readonly matches: readonly Match[];
  /** Where the first of them was found. */
  readonly path: string;
}

function highest(ecosystem: string, versions: readonly string[]): string | null {
  const scheme = findScheme(schemeOfEcosystem(ecosystem) ?? '');
  const [first = null, ...rest] = versions;
  if (first === null || !scheme) return versions.at(-1) ?? null;
  let best = first;
  for (const version of rest) if (scheme.compare(version, best) > 0) best = version;
  return best;
}

function groupKey(item: Package, matches: readonly Match[]): string {
  const ids = matches.map((match) => match.advisoryId).sort();
  const fixes = matches.map((match) => match.fixedVersion ?? '').sort();
  return JSON.stringify([item.ecosystem, item.sourceName ?? item.name, item.version, ids, fixes]);
}

function groupOf(items: readonly [Package, ...Package[]], matches: readonly Match[]): FindingGroup {
  const [first] = items;
  const fixes = matches.flatMap((match) => match.fixedVersion ?? []);
  return {
    names: [...new Set(items.map((item) => item.name))],
    version: first.version,
    fixedVersion: highest(first.ecosystem, fixes),
    isPartial: fixes.length < matches.length,
    severity: matches.map((match) => match.severity).sort(compareSeverity)[0] ?? 'unknown',
    isExploited: matches.some((match) => match.knownExploitedSince !== null),
    matches,
    path: first.locations[0]?.path ?? '',
  };
}

/** What is known to be exploited first, then worst first; groups with more findings before those with fewer. */
function compareGroups(a: FindingGroup, b: FindingGroup): number {
  return (
    Number(b.isExploited) - Number(a.isExploited) ||
    compareSeverity(a.severity, b.severity) ||
    b.matches.length - a.matches.length ||
    ((a.names[0] ?? '') < (b.names[0] ?? '') ? -1 : 1)
  );
}

/** Packages with findings, together where one step mends them; `matches` is aligned with `packages`. */
export function groupFindings(
  packages: readonly Package[],
  matches: readonly (readonly Match[])[],
): readonly FindingGroup[] {
  const groups = new Map<string, { items: [Package, ...Package[]]; matches: readonly Match[] }>();
  for (const [index, item] of packages.entries()) {
    const found = matches[index] ?? [];
    if (found.length === 0) continue;
    const key = groupKey(item, found);
    const known = groups.get(key);
    if (known) known.items.push(item);
    else groups.set(key, { items: [item], matches: found });
  }
  return [...groups.values()].map((group) => groupOf(group.items, group.matches)).sort(compareGroups);
}
