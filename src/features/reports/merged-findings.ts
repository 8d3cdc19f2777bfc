import { compareSeverity, type Severity } from '#model/severity.ts';
import type { ReportAcceptance, ReportFinding, ReportInput } from './report.ts';

/** One vulnerability in one package version, whichever advisories name it and on however many platforms it is. */
export interface MergedFinding {
  /** The CVE, or the advisory's own id where it names none. */
  readonly id: string;
  readonly advisoryIds: readonly string[];
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly severity: Severity;
  readonly score: number | null;
  readonly fixedVersions: readonly string[];
  readonly knownExploitedSince: string | null;
  readonly malicious: boolean;
  readonly package: { readonly ecosystem: string; readonly name: string; readonly version: string };
  readonly purls: readonly string[];
  readonly paths: readonly string[];
  readonly layers: readonly string[];
  readonly platforms: readonly string[];
  /** Empty unless everything that was merged is accepted. */
  readonly acceptances: readonly ReportAcceptance[];
}

const CVE = /^CVE-\d{4}-\d{4,}$/i;

/** An advisory that stands for several CVEs is reported under each of them: deny lists and trackers know only CVEs. */
export function idsOf(finding: Pick<ReportFinding, 'advisoryId' | 'aliases'>): readonly string[] {
  const cves = [finding.advisoryId, ...finding.aliases].filter((id) => CVE.test(id)).map((id) => id.toUpperCase());
  return cves.length > 0 ? [...new Set(cves)].sort() : [finding.advisoryId];
}

interface Occurrence {
  readonly finding: ReportFinding;
  readonly platform: string;
}

/** Worst first, then by id and package; the order does not depend on the input's. */
export function mergeFindings(input: ReportInput): MergedFinding[] {
  const groups = new Map<string, { readonly id: string; readonly occurrences: Occurrence[] }>();
  for (const { platform, findings } of input.platforms) {
    for (const finding of findings) {
      const { ecosystem, name, version } = finding.package;
      for (const id of idsOf(finding)) {
        const key = JSON.stringify([id, ecosystem, name, version]);
        const group = groups.get(key) ?? { id, occurrences: [] };
        group.occurrences.push({ finding, platform });
        groups.set(key, group);
      }
    }
  }
  return [...groups.values()].flatMap(({ id, occurrences }) => merge(id, occurrences) ?? []).sort(compareFindings);
}

function sorted(values: Iterable<string>): string[] {
  return [...new Set(values)].sort();
}

function merge(id: string, occurrences: readonly Occurrence[]): MergedFinding | undefined {
  const findings = occurrences.map(({ finding }) => finding).sort(compareMatches);
  const worst = findings[0];
  if (!worst) return undefined;
  const { ecosystem, name, version } = worst.package;
  const advisoryIds = sorted(findings.map((finding) => finding.advisoryId));
  const locations = findings.flatMap((finding) => finding.package.locations);
  const accepted = findings.flatMap((finding) => finding.acceptance ?? []);
  return {
    id,
    advisoryIds,
    aliases: sorted(findings.flatMap((finding) => [finding.advisoryId, ...finding.aliases])).filter(
      (other) => other !== id,
    ),
    summary: worst.summary,
    severity: worst.severity,
    score: worst.score,
    fixedVersions: sorted(findings.flatMap((finding) => finding.fixedVersion ?? [])),
    knownExploitedSince: sorted(findings.flatMap((finding) => finding.knownExploitedSince ?? []))[0] ?? null,
    malicious: findings.some((finding) => finding.malicious),
    package: { ecosystem, name, version },
    purls: sorted(findings.map((finding) => finding.package.purl)),
    paths: sorted(locations.map((location) => location.path)),
    layers: sorted(locations.map((location) => location.layer)),
    platforms: sorted(occurrences.map(({ platform }) => platform)),
    acceptances: accepted.length === findings.length ? uniqueAcceptances(accepted) : [],
  };
}

function uniqueAcceptances(acceptances: readonly ReportAcceptance[]): ReportAcceptance[] {
  const byText = new Map(acceptances.map((acceptance) => [JSON.stringify(acceptance), acceptance]));
  return sorted(byText.keys()).flatMap((text) => byText.get(text) ?? []);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function compareMatches(a: ReportFinding, b: ReportFinding): number {
  return (
    compareSeverity(a.severity, b.severity) ||
    (b.score ?? -1) - (a.score ?? -1) ||
    compareText(a.advisoryId, b.advisoryId) ||
    compareText(a.summary, b.summary)
  );
}

function compareFindings(a: MergedFinding, b: MergedFinding): number {
  return (
    compareSeverity(a.severity, b.severity) ||
    compareText(a.id, b.id) ||
    compareText(a.package.ecosystem, b.package.ecosystem) ||
    compareText(a.package.name, b.package.name) ||
    compareText(a.package.version, b.package.version)
  );
}
