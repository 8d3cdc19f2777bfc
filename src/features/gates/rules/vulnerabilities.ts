import { z } from 'zod';
import { formatDay } from '#model/image-state.ts';
import { compareSeverity, isAtLeast, type Severity } from '#model/severity.ts';
import { bounded, type Evidence, type EvidenceFinding, onPlatforms, type Rule } from '../rule.ts';

const Options = z.strictObject({
  /** Findings worse than this fail. */
  highestAllowed: z.enum(['high', 'medium', 'low', 'none', 'critical']).default('high'),
  /** Only findings that a newer package would remove fail. */
  onlyFixable: z.boolean().default(true),
  /** `deny` fails every finding that CISA lists as known exploited, fixable or not. */
  knownExploited: z.enum(['deny', 'allow']).default('deny'),
});
type Options = z.infer<typeof Options>;

const threshold: Readonly<Record<Options['highestAllowed'], Severity | undefined>> = {
  critical: undefined,
  high: 'critical',
  medium: 'high',
  low: 'medium',
  none: 'unknown',
};

function isDenied(finding: EvidenceFinding, options: Options): boolean {
  if (finding.knownExploitedSince !== null && options.knownExploited === 'deny') return true;
  if (options.onlyFixable && finding.fixedVersion === null) return false;
  const worst = threshold[options.highestAllowed];
  return worst !== undefined && isAtLeast(finding.severity, worst);
}

/** What people call it: the CVE, where there is one. */
function nameOf(finding: EvidenceFinding): string {
  return [finding.advisoryId, ...finding.aliases].find((id) => id.startsWith('CVE-')) ?? finding.advisoryId;
}

function compareFindings(a: EvidenceFinding, b: EvidenceFinding): number {
  return (
    Number(b.knownExploitedSince !== null) - Number(a.knownExploitedSince !== null) ||
    compareSeverity(a.severity, b.severity) ||
    (b.score ?? 0) - (a.score ?? 0) ||
    nameOf(a).localeCompare(nameOf(b)) ||
    a.packageName.localeCompare(b.packageName)
  );
}

function sentenceOf(finding: EvidenceFinding, where: string): string {
  const { packageName, packageVersion, severity, knownExploitedSince, fixedVersion } = finding;
  const grade = severity === 'unknown' ? 'of unknown severity' : severity;
  const exploited =
    knownExploitedSince === null ? '' : `, known to be exploited since ${formatDay(new Date(knownExploitedSince))},`;
  const fix = fixedVersion === null ? 'has no fix yet' : `fixed in ${fixedVersion}`;
  return `${nameOf(finding)} in ${packageName} ${packageVersion}${where} is ${grade}${exploited} and ${fix}.`;
}

interface Denied {
  readonly finding: EvidenceFinding;
  readonly platforms: string[];
}

/** One for each CVE and package version, with the platforms that have it. */
function collectDenied(evidence: Evidence, options: Options): Denied[] {
  const denied = new Map<string, Denied>();
  for (const { platform, findings } of evidence.platforms) {
    for (const finding of findings) {
      if (!isDenied(finding, options)) continue;
      const key = `${nameOf(finding)} ${finding.packageName} ${finding.packageVersion}`;
      const same = denied.get(key);
      if (same) same.platforms.push(platform);
      else denied.set(key, { finding, platforms: [platform] });
    }
  }
  return [...denied.values()].sort((a, b) => compareFindings(a.finding, b.finding));
}

function remedyFor(denied: readonly Denied[]): string {
  const fixable = denied.filter(({ finding }) => finding.fixedVersion !== null);
  if (fixable.length === denied.length) return 'Rebuild with the fixed packages, or ask for an acceptance.';
  if (fixable.length === 0) return 'Leave the package out or replace it, or ask for an acceptance.';
  return 'Rebuild with the fixed packages; for those without a fix leave the package out, or ask for an acceptance.';
}

function passReason(evidence: Evidence): string {
  const packages = Math.max(0, ...evidence.platforms.map((platform) => platform.packages));
  const findings = evidence.platforms.flatMap((platform) => platform.findings);
  const distinct = new Set(findings.map((finding) => `${nameOf(finding)} ${finding.packageName}`)).size;
  if (distinct === 0) return `No findings. ${packages} ${packages === 1 ? 'package was' : 'packages were'} compared.`;
  return `${distinct} ${distinct === 1 ? 'finding, which the rule allows' : 'findings, all of which the rule allows'}.`;
}

/** No finding that is worse than allowed, and none that is known to be exploited. */
export const vulnerabilities: Rule<Options> = {
  id: 'vulnerabilities',
  title: 'Vulnerabilities',
  Options,
  judge(evidence, options) {
    const denied = collectDenied(evidence, options);
    if (denied.length === 0) return { outcome: 'pass', reasons: [passReason(evidence)], remedy: null };
    const reasons = denied.map(({ finding, platforms }) => sentenceOf(finding, onPlatforms(evidence, platforms)));
    return { outcome: 'fail', reasons: bounded(reasons), remedy: remedyFor(denied) };
  },
};
