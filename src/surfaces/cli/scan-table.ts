import type { Match } from '#model/finding.ts';
import type { Package } from '#model/package.ts';
import { compareSeverity, type Severity, severities } from '#model/severity.ts';
import type { ScannedTarget } from '#workflows/scan-target.ts';
import { paint, plain, table } from './output.ts';
import type { FinishedScan } from './scan-formats.ts';

const styles = { critical: ['bold', 'red'], high: 'red', medium: 'yellow', low: 'blue', unknown: 'dim' } as const;

interface Group {
  readonly item: Package;
  readonly matches: readonly Match[];
}

/** `tini-1.2` before `tini-1.10` does not matter here: the fixed version that the most findings name is the step to take. */
function upgradeOf({ matches }: Group): string {
  const fixes = matches.flatMap((match) => match.fixedVersion ?? []);
  if (fixes.length === 0) return 'no fix yet';
  const counts = new Map<string, number>();
  for (const fix of fixes) counts.set(fix, (counts.get(fix) ?? 0) + 1);
  const [best = ''] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  return counts.size === 1 ? best : `${best} and later`;
}

function worst({ matches }: Group): Severity {
  return matches.map((match) => match.severity).sort(compareSeverity)[0] ?? 'unknown';
}

function countsText(matches: readonly Match[]): string {
  const parts = severities.flatMap((severity) => {
    const count = matches.filter((match) => match.severity === severity).length;
    return count > 0 ? [paint([...[styles[severity]].flat()] as never, `${count} ${severity}`)] : [];
  });
  return parts.join(', ') || 'none';
}

function idsText(matches: readonly Match[]): string {
  const ids = matches.map((match) => match.aliases.find((alias) => alias.startsWith('CVE-')) ?? match.advisoryId);
  const unique = [...new Set(ids)];
  return unique.length > 3 ? `${unique.slice(0, 3).join(' ')} +${unique.length - 3}` : unique.join(' ');
}

function findingsTable(groups: readonly Group[]): string {
  const rows = groups.map((group) => {
    const severity = worst(group);
    return [
      paint([...[styles[severity]].flat()] as never, severity),
      plain(group.item.name),
      plain(group.item.version),
      plain(upgradeOf(group)),
      plain(idsText(group.matches)),
      plain(group.item.locations[0]?.path ?? ''),
    ];
  });
  return table(['WORST', 'PACKAGE', 'INSTALLED', 'FIXED IN', 'FINDINGS', 'WHERE'], rows);
}

function firstSteps(groups: readonly Group[], malware: number): string {
  if (malware > 0) return `${paint(['bold', 'red'], 'First:')} do not run this image; it holds malware.\n`;
  const urgent = groups.filter((group) =>
    group.matches.some((match) => match.fixedVersion && (match.severity === 'critical' || match.severity === 'high')),
  );
  if (urgent.length === 0) return '';
  const steps = urgent.slice(0, 3).map((group) => `${plain(group.item.name)} to ${plain(upgradeOf(group))}`);
  return `${paint('bold', 'First:')} upgrade ${steps.join(', ')}${urgent.length > 3 ? `, and ${urgent.length - 3} more` : ''}.\n`;
}

function imageText(scanned: ScannedTarget): string {
  const { image, distribution, endOfLife, packages, malware, problems } = scanned;
  const groups = packages
    .map((item, index) => ({ item, matches: scanned.matches[index] ?? [] }))
    .filter((group) => group.matches.length > 0)
    .sort((a, b) => compareSeverity(worst(a), worst(b)) || a.item.name.localeCompare(b.item.name));
  const ends = endOfLife ? `, support ends ${endOfLife}` : '';
  const parts = [
    `${paint('bold', image.platform)}  ${plain(distribution?.name ?? 'no distribution')}${ends}  ${paint('dim', image.digest)}\n`,
    `${packages.length} packages, findings: ${countsText(groups.flatMap((group) => group.matches))}\n`,
    firstSteps(groups, malware.length),
    groups.length > 0 ? `\n${findingsTable(groups)}` : '',
    ...malware.map(
      (found) =>
        `${paint(['bold', 'magenta'], 'malware')} ${plain(found.signature)} (${found.engine}) in ${plain(found.path)}\n`,
    ),
    ...problems.map(
      (problem) =>
        `${paint('yellow', 'problem')} ${problem.code}: ${plain(problem.message)}${problem.path ? ` (${plain(problem.path)})` : ''}\n`,
    ),
  ];
  return parts.join('');
}

/** The result for people: what to do first, then package by package, then malware and problems. */
export function scanTable({ target, scanned }: FinishedScan): string {
  return `${plain(target)}\n\n${scanned.map(imageText).join('\n')}`;
}
