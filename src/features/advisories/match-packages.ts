import { findScheme, type VersionScheme } from '#formats/versions/index.ts';
import {
  concernsEcosystem,
  type Ecosystem,
  findEcosystem,
  normalizePackageName,
  parentEcosystem,
} from '#model/ecosystem.ts';
import type { Match } from '#model/finding.ts';
import type { PackageIdentity } from '#model/package.ts';
import { compareSeverity } from '#model/severity.ts';
import { type AdvisoryIndex, type Affected, type AffectedAdvisory, keyOf, type PackageKey } from './advisory.ts';
import { findFixedVersion, isAffected } from './affected.ts';
import { loadScorer, type ScoreVectors } from './cvss.ts';
import { type KnownExploited, knownExploitedSince } from './known-exploited.ts';
import { isSameStream } from './module-stream.ts';

type Matchable = Omit<PackageIdentity, 'purl'>;

/** The matches of each package, worst first, in the order of the packages. */
export async function matchPackages(
  index: AdvisoryIndex,
  packages: readonly Matchable[],
  known: KnownExploited = new Map(),
): Promise<readonly (readonly Match[])[]> {
  const lookups = packages.map(lookupsOf);
  const found = new Map<string, AffectedAdvisory[]>();
  const releases = new Set(packages.map(ecosystemToMatch));
  for (const entry of await index.find(uniqueKeys(lookups.flat()), releases)) {
    const key = keyOf(parentEcosystem(entry.affected.ecosystem), entry.affected.name);
    const entries = found.get(key);
    if (entries) entries.push(entry);
    else found.set(key, [entry]);
  }
  const needsScores = [...found.values()].flat().some(hasVectors);
  const score: ScoreVectors = needsScores ? await loadScorer() : () => null;
  return packages.map((item, position) => {
    const matches = matchOne(item, lookups[position] ?? [], found).map((match) => describeMatch(match, score, known));
    return matches.sort((a, b) => compareSeverity(a.severity, b.severity) || (a.advisoryId < b.advisoryId ? -1 : 1));
  });
}

/** The keys under which advisories may speak of a package. */
export function keysOfPackage(item: Matchable): readonly PackageKey[] {
  return lookupsOf(item);
}

interface Lookup extends PackageKey {
  readonly version: string;
}

/** A name under which advisories may speak of the package, with the version to compare; the better one first. */
function lookupsOf(item: Matchable): readonly Lookup[] {
  const row = findEcosystem(item.ecosystem);
  if (!row || !isComparable(item.version)) return [];
  const own = { ecosystem: row.name, name: normalizePackageName(row.name, item.name), version: item.version };
  const sourceName = item.sourceName || item.name;
  const source = { ecosystem: row.name, name: sourceName, version: sourceVersionOf(item) };
  if (row.names === 'binary') return [own];
  return row.names === 'source' || sourceName === own.name ? [source] : [own, source];
}

/** `(devel)`, `latest`, and Go's stand-in for a replaced module say nothing. */
function isComparable(version: string): boolean {
  return /\d/.test(version) && !/^v?0\.0\.0-00010101000000/.test(version);
}

/** An rpm's source is named without epoch; where only that differs, the package's own version has it. */
function sourceVersionOf(item: Matchable): string {
  const { version, sourceVersion } = item;
  if (!sourceVersion || version.endsWith(`:${sourceVersion}`)) return version;
  return sourceVersion;
}

function uniqueKeys(lookups: readonly Lookup[]): PackageKey[] {
  const keys = new Map<string, PackageKey>();
  for (const { ecosystem, name } of lookups) keys.set(keyOf(ecosystem, name), { ecosystem, name });
  return [...keys.values()];
}

function hasVectors({ advisory, affected }: AffectedAdvisory): boolean {
  return affected.vectors.length > 0 || advisory.vectors.length > 0;
}

interface Hit {
  readonly entry: AffectedAdvisory;
  readonly fixedVersion: string | null;
}

function matchOne(
  item: Matchable,
  lookups: readonly Lookup[],
  found: ReadonlyMap<string, readonly AffectedAdvisory[]>,
): Hit[] {
  const row = findEcosystem(item.ecosystem);
  const scheme = row && findScheme(row.scheme);
  if (!row || !scheme) return [];
  const hits: Hit[] = [];
  const judged = new Set<string>();
  for (const lookup of lookups) {
    const entries = found.get(keyOf(lookup.ecosystem, lookup.name)) ?? [];
    for (const [id, all] of byRecord(entries)) {
      const record = all.filter((entry) => isRelevant(item, row, entry));
      // What speaks of the package by its own name has said everything about it.
      if (record.length === 0 || judged.has(id)) continue;
      judged.add(id);
      const hit = judgeRecord(scheme, record, lookup.version, item.name);
      if (hit) hits.push(hit);
    }
  }
  return hits;
}

/** The entries of each record; of a record that several sources carry, the newest. */
function byRecord(entries: readonly AffectedAdvisory[]): Map<string, AffectedAdvisory[]> {
  const records = new Map<string, AffectedAdvisory[]>();
  for (const entry of entries) {
    const others = records.get(entry.advisory.id);
    const newest = others?.[0]?.advisory.modified ?? '';
    if (!others || newest < entry.advisory.modified) records.set(entry.advisory.id, [entry]);
    else if (newest === entry.advisory.modified) others.push(entry);
  }
  return records;
}

function isRelevant(item: Matchable, row: Ecosystem, { advisory, affected }: AffectedAdvisory): boolean {
  if (advisory.withdrawn || affected.informational) return false;
  if (!concernsEcosystem(affected.ecosystem, ecosystemToMatch(item))) return false;
  if (affected.binaries && row.names === 'source' && !Object.hasOwn(affected.binaries, item.name)) return false;
  if (row.purlType !== 'rpm') return true;
  return isSameStream(item, advisory.summary, fixesOf(affected));
}

/** Ubuntu's paid updates have records of their own, and versions that say so. */
function ecosystemToMatch(item: Matchable): string {
  const isPro = item.ecosystem.startsWith('Ubuntu:') && item.version.includes('esm');
  return isPro ? item.ecosystem.replace('Ubuntu:', 'Ubuntu:Pro:') : item.ecosystem;
}

function fixesOf(affected: Affected): string[] {
  const fixes = affected.ranges.flat().filter((event) => event.kind === 'fixed');
  return fixes.map((event) => event.version);
}

function judgeRecord(
  scheme: VersionScheme,
  record: readonly AffectedAdvisory[],
  version: string,
  name: string,
): Hit | undefined {
  const entries = record.map((entry) => entry.affected);
  const entry = record.find(({ affected }) => isAffectedOrMalicious(scheme, affected, version, record));
  if (!entry) return undefined;
  const fixedVersion = findFixedVersion(scheme, entries, version);
  const binaryFix = fixedVersion && entry.affected.binaries?.[name];
  return { entry, fixedVersion: binaryFix || fixedVersion };
}

/** A malicious package without versions and ranges is malicious in every version. */
function isAffectedOrMalicious(
  scheme: VersionScheme,
  affected: Affected,
  version: string,
  record: readonly AffectedAdvisory[],
): boolean {
  const unbounded = affected.ranges.length === 0 && affected.versions.length === 0;
  if (unbounded) return isMalicious(record[0]?.advisory.id ?? '');
  return isAffected(scheme, affected, version);
}

function isMalicious(id: string): boolean {
  return id.startsWith('MAL-');
}

function describeMatch({ entry, fixedVersion }: Hit, score: ScoreVectors, known: KnownExploited): Match {
  const { advisory, affected } = entry;
  const cvss = score(affected.vectors.length > 0 ? affected.vectors : advisory.vectors);
  const malicious = isMalicious(advisory.id);
  return {
    advisoryId: advisory.id,
    aliases: [...advisory.aliases],
    summary: advisory.summary,
    severity: malicious ? 'critical' : (affected.rating ?? cvss?.severity ?? advisory.rating ?? 'unknown'),
    score: cvss?.score ?? null,
    fixedVersion,
    knownExploitedSince: knownExploitedSince(known, [advisory.id, ...advisory.aliases]),
    malicious,
  };
}
