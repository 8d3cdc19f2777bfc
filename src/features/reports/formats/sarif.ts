import { artifactTypes } from '#model/artifact-types.ts';
import { type MergedFinding, mergeFindings } from '../merged-findings.ts';
import type { ReportAcceptance, ReportFormat, ReportInput } from '../report.ts';
import { advisoryAddress } from './advisory-address.ts';
import {
  clip,
  fingerprint,
  levelOf,
  MAX_LOCATIONS,
  MAX_RESULTS,
  notificationsOf,
  physicalLocation,
  renderSarif,
  type SarifResult,
  type SarifRule,
  securitySeverity,
} from './sarif-log.ts';

/**
 * Vulnerabilities as SARIF 2.1.0, for Ratify's `vulnerabilityreport` verifier (bare CVE ids as rules, `Severity: X` in each
 * rule's help text) and for GitHub code scanning (physical locations, fingerprints, `security-severity`, its limits).
 */
export const sarif: ReportFormat = {
  id: 'sarif',
  title: 'SARIF 2.1.0',
  kind: 'vulnerability',
  artifactType: artifactTypes.sarif,
  mediaType: artifactTypes.sarif,

  render(input) {
    const findings = mergeFindings(input);
    const shown = findings.slice(0, MAX_RESULTS);
    const rules = rulesOf(shown);
    const positions = new Map(rules.map((rule, index) => [rule.id, index]));
    const isSuppressing = shown.some((finding) => finding.acceptances.length > 0);
    return renderSarif(input, {
      category: 'vulnerability',
      rules,
      results: shown.map((finding) => resultOf(input, finding, positions.get(finding.id) ?? -1, isSuppressing)),
      extensions: [],
      notifications: [...omission(findings.length - shown.length), ...notificationsOf(input, ['no-advisories'])],
    });
  },
};

function omission(omitted: number) {
  if (omitted === 0) return [];
  const text = `${omitted} results of lower severity are left out: readers take at most ${MAX_RESULTS}; the CycloneDX report has them`;
  return [{ level: 'error' as const, code: 'limit-reached', text, path: null }];
}

/** Findings come worst first, so that the first one of an id gives the rule its severity. */
function rulesOf(findings: readonly MergedFinding[]): SarifRule[] {
  const rules = new Map<string, SarifRule>();
  for (const finding of findings) if (!rules.has(finding.id)) rules.set(finding.id, ruleOf(finding));
  return [...rules.values()];
}

function ruleOf(finding: MergedFinding): SarifRule {
  const { id, severity, malicious, knownExploitedSince } = finding;
  const summary = clip(finding.summary || `${id} in ${finding.package.name}`);
  const score = securitySeverity(severity, finding.score);
  const tags = ['security', 'vulnerability', severity];
  if (knownExploitedSince) tags.push('known-exploited');
  if (malicious) tags.push('malicious-package');
  return {
    id,
    name: malicious ? 'MaliciousPackage' : 'VulnerablePackage',
    shortDescription: { text: summary },
    fullDescription: { text: summary },
    defaultConfiguration: { level: malicious ? 'error' : levelOf(severity) },
    helpUri: advisoryAddress(id),
    help: { text: helpText(finding), markdown: helpText(finding).replaceAll('\n', '  \n') },
    properties: { tags, precision: 'very-high', ...(score === undefined ? {} : { 'security-severity': score }) },
  };
}

function helpText(finding: MergedFinding): string {
  const { id, severity, package: found, fixedVersions, knownExploitedSince, aliases } = finding;
  return [
    `Vulnerability ${id}`,
    `Severity: ${severity}`,
    `Package: ${found.name}`,
    `Fixed version: ${fixedVersions.join(', ') || 'none yet'}`,
    ...(knownExploitedSince ? [`Known to be exploited since ${knownExploitedSince}`] : []),
    ...(aliases.length > 0 ? [`Also known as: ${aliases.slice(0, 20).join(', ')}`] : []),
  ].join('\n');
}

function resultOf(input: ReportInput, finding: MergedFinding, ruleIndex: number, isSuppressing: boolean): SarifResult {
  const { id, severity, malicious, package: found, paths, fixedVersions, platforms, acceptances } = finding;
  const fixed = fixedVersions.length > 0 ? `It is fixed in ${fixedVersions.join(', ')}.` : 'It has no fix yet.';
  const places = paths.length > 0 ? paths : [input.image.name];
  return {
    ruleId: id,
    ruleIndex,
    level: malicious ? 'error' : levelOf(severity),
    message: {
      text: clip(`${found.name} ${found.version} (${found.ecosystem || 'no ecosystem'}) has ${id}. ${fixed}`),
    },
    locations: places.slice(0, MAX_LOCATIONS).map((path) => ({
      physicalLocation: physicalLocation(path),
      logicalLocations: [{ name: found.name, fullyQualifiedName: `${input.image.name}@${input.image.digest}/${path}` }],
    })),
    partialFingerprints: { primaryLocationLineHash: fingerprint(id, found.ecosystem, found.name, places[0] ?? '') },
    ...(isSuppressing ? { suppressions: acceptances.map(suppressionOf) } : {}),
    properties: {
      package: { ...found, purls: finding.purls },
      severity,
      fixedVersions,
      advisories: finding.advisoryIds,
      platforms,
      layers: finding.layers.slice(0, MAX_LOCATIONS),
      ...(finding.knownExploitedSince ? { knownExploitedSince: finding.knownExploitedSince } : {}),
      ...(paths.length > MAX_LOCATIONS ? { locationsOmitted: paths.length - MAX_LOCATIONS } : {}),
    },
  };
}

function suppressionOf({ reason, until, by, ticket }: ReportAcceptance): object {
  return {
    kind: 'external',
    status: 'accepted',
    justification: reason,
    properties: { acceptedBy: by, acceptedUntil: until.toISOString(), ...(ticket ? { ticket } : {}) },
  };
}
