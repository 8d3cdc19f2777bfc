import { createHash } from 'node:crypto';
import type { MergedFinding } from '../merged-findings.ts';
import type { ReportAcceptance } from '../report.ts';
import { advisoryAddress } from './advisory-address.ts';
import { type ListedComponent, packageKey } from './cyclonedx-components.ts';

/** One vulnerability for all packages that it affects in the same way: same severity, same fix, same acceptance. */
export function vulnerabilitiesOf(
  findings: readonly MergedFinding[],
  components: readonly ListedComponent[],
): object[] {
  const references = new Map<string, string[]>();
  for (const { key, component } of components) {
    const known = references.get(key);
    if (known) known.push(component['bom-ref']);
    else references.set(key, [component['bom-ref']]);
  }
  const groups = new Map<string, MergedFinding[]>();
  for (const finding of findings) {
    const { id, severity, score, fixedVersions, acceptances } = finding;
    const key = JSON.stringify([id, severity, score, fixedVersions, acceptances]);
    const group = groups.get(key);
    if (group) group.push(finding);
    else groups.set(key, [finding]);
  }
  return [...groups].flatMap(([key, group]) => vulnerabilityOf(key, group, references) ?? []);
}

function vulnerabilityOf(
  key: string,
  group: readonly MergedFinding[],
  references: ReadonlyMap<string, readonly string[]>,
): object | undefined {
  const finding = group[0];
  if (!finding) return undefined;
  const { id, severity, score, summary, fixedVersions, acceptances } = finding;
  const aliases = [...new Set(group.flatMap((each) => each.aliases))].sort();
  const affects = group.flatMap(({ package: found }) =>
    (references.get(packageKey(found)) ?? []).map((ref) => ({
      ref,
      versions: [{ version: found.version, status: 'affected' }],
    })),
  );
  return {
    'bom-ref': `vulnerability:${id}:${createHash('sha256').update(key).digest('hex').slice(0, 12)}`,
    id,
    source: sourceOf(id),
    ...(aliases.length > 0 ? { references: aliases.map((alias) => ({ id: alias, source: sourceOf(alias) })) } : {}),
    ratings: [{ ...(score === null ? {} : { score }), severity }],
    ...(summary ? { description: summary } : {}),
    ...(fixedVersions.length > 0 ? { recommendation: `Update to ${fixedVersions.join(' or ')}.` } : {}),
    ...(acceptances.length > 0 ? { analysis: analysisOf(acceptances) } : {}),
    affects,
    properties: propertiesOf(finding),
  };
}

function sourceOf(id: string): object {
  return { name: id.startsWith('CVE-') ? 'NVD' : 'OSV', url: advisoryAddress(id) };
}

/** Accepted is not "not affected": the risk is there, and somebody took it on. */
function analysisOf(acceptances: readonly ReportAcceptance[]): object {
  const detail = acceptances.map(({ reason, until, by, ticket }) => {
    const where = ticket ? ` (${ticket})` : '';
    return `Accepted by ${by} until ${until.toISOString().slice(0, 10)}${where}: ${reason}`;
  });
  return { state: 'exploitable', response: ['will_not_fix'], detail: detail.join('\n') };
}

function propertiesOf({ advisoryIds, fixedVersions, knownExploitedSince, malicious }: MergedFinding): object[] {
  return [
    ...advisoryIds.map((value) => ({ name: 'assay:advisory', value })),
    ...fixedVersions.map((value) => ({ name: 'assay:fixed-version', value })),
    ...(knownExploitedSince ? [{ name: 'assay:known-exploited-since', value: knownExploitedSince }] : []),
    ...(malicious ? [{ name: 'assay:malicious', value: 'true' }] : []),
  ];
}
