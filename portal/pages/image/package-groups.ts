import { findScheme } from '#formats/versions/find-scheme.ts';
import type { FindingRow } from '#model/api-images.ts';
import { findEcosystem } from '#model/ecosystem.ts';
import { compareSeverity } from '#model/severity.ts';

/** The findings of one package in one version, worst first, and the upgrade that ends them. */
export interface PackageGroup {
  readonly key: string;
  readonly package: FindingRow['package'];
  readonly paths: readonly string[];
  readonly layers: readonly string[];
  readonly platforms: readonly string[];
  readonly findings: readonly FindingRow[];
  readonly upgrade: Upgrade;
}

/** `version` fixes `fixes` of the group's `of` findings; undefined while nothing is fixed. */
export interface Upgrade {
  readonly version: string | undefined;
  readonly fixes: number;
  readonly of: number;
}

/** Groups in the order of their worst finding, then by name. */
export function groupByPackage(findings: readonly FindingRow[]): PackageGroup[] {
  const byPackage = new Map<string, FindingRow[]>();
  for (const finding of findings) {
    const { ecosystem, name, version, purl } = finding.package;
    const key = [ecosystem, name, version, purl].join(' ');
    byPackage.set(key, [...(byPackage.get(key) ?? []), finding]);
  }
  const groups: PackageGroup[] = [];
  for (const [key, members] of byPackage) {
    members.sort(worstFirst);
    const [first] = members;
    if (first) groups.push(groupOf(key, first.package, members));
  }
  return groups.sort((a, b) => worstOf(a.findings, b.findings) || a.package.name.localeCompare(b.package.name, 'en'));
}

function groupOf(key: string, identity: FindingRow['package'], findings: readonly FindingRow[]): PackageGroup {
  const locations = findings.flatMap((finding) => finding.locations);
  return {
    key,
    package: identity,
    paths: [...new Set(locations.map((location) => location.path))],
    layers: [...new Set(locations.map((location) => location.layer))],
    platforms: [...new Set(findings.flatMap((finding) => finding.platforms))],
    findings,
    upgrade: upgradeOf(identity.ecosystem, findings),
  };
}

/** The largest fixed version fixes every finding that has a fix; accepted ones are counted too, they are still there. */
export function upgradeOf(ecosystem: string, findings: readonly FindingRow[]): Upgrade {
  const compare = comparatorOf(ecosystem);
  const fixed = findings.flatMap((finding) => finding.fixedVersion ?? []);
  const version = fixed.toSorted(compare).at(-1);
  return { version, fixes: fixed.length, of: findings.length };
}

/** Versions are ordered as their ecosystem orders them; what its scheme cannot read is ordered as text. */
function comparatorOf(ecosystem: string): (a: string, b: string) => number {
  const scheme = findScheme(findEcosystem(ecosystem)?.scheme ?? '');
  return (a, b) => {
    if (scheme?.isValid(a) && scheme.isValid(b)) return scheme.compare(a, b);
    return a.localeCompare(b, 'en', { numeric: true });
  };
}

function worstFirst(a: FindingRow, b: FindingRow): number {
  return (
    exploited(b) - exploited(a) ||
    compareSeverity(a.severity, b.severity) ||
    (b.score ?? -1) - (a.score ?? -1) ||
    nameOfFinding(b).localeCompare(nameOfFinding(a), 'en', { numeric: true })
  );
}

function worstOf(a: readonly FindingRow[], b: readonly FindingRow[]): number {
  const [first, second] = [a[0], b[0]];
  return first && second ? worstFirst(first, second) : 0;
}

const exploited = (finding: FindingRow) => (finding.knownExploitedSince && !finding.acceptance ? 1 : 0);

/** The name people know a finding by: its CVE when it has one, else the advisory's own. */
export function nameOfFinding(finding: { readonly id: string; readonly aliases: readonly string[] }): string {
  return [finding.id, ...finding.aliases].find((id) => id.startsWith('CVE-')) ?? finding.id;
}
