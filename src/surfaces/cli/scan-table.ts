import { isoDay } from '#kernel/clock.ts';
import type { Match } from '#model/finding.ts';
import type { Problem } from '#model/problem.ts';
import { compareSeverity, severities } from '#model/severity.ts';
import type { ScannedTarget } from '#workflows/scan-target.ts';
import { paint, plain, table } from './output.ts';
import { type FinishedScan, isCounted } from './scan-formats.ts';
import { type FindingGroup, groupFindings } from './scan-groups.ts';

const styles = { critical: ['bold', 'red'], high: 'red', medium: 'yellow', low: 'blue', unknown: 'dim' } as const;

const SHOWN_IDS = 3;
const SHOWN_NAMES = 3;
const SHOWN_STEPS = 3;
const PATH_WIDTH = 48;

function paintSeverity(severity: keyof typeof styles, text: string = severity): string {
  return paint([...[styles[severity]].flat()] as never, text);
}

function some(texts: readonly string[], shown: number, separator: string): string {
  const rest = texts.length - shown;
  return `${texts.slice(0, shown).map(plain).join(separator)}${rest > 0 ? ` +${rest}` : ''}`;
}

function countsText(matches: readonly Match[]): string {
  const parts = severities.flatMap((severity) => {
    const count = matches.filter((match) => match.severity === severity).length;
    return count > 0 ? [paintSeverity(severity, `${count} ${severity}`)] : [];
  });
  const exploited = matches.filter((match) => match.knownExploitedSince !== null).length;
  const known = exploited > 0 ? paint(['bold', 'red'], ` (${exploited} known to be exploited)`) : '';
  return parts.length > 0 ? parts.join(', ') + known : paint('green', 'none');
}

function idsText(matches: readonly Match[]): string {
  const worstFirst = [...matches].sort((a, b) => compareSeverity(a.severity, b.severity));
  const ids = worstFirst.map((match) => match.aliases.find((alias) => alias.startsWith('CVE-')) ?? match.advisoryId);
  return some([...new Set(ids)], SHOWN_IDS, ' ');
}

function fixText({ fixedVersion, isPartial }: FindingGroup): string {
  if (fixedVersion === null) return paint('dim', 'no fix yet');
  return paint('green', plain(fixedVersion)) + (isPartial ? paint('dim', ' (not all)') : '');
}

/** The end of a long path says more than its beginning. */
function shortPath(path: string): string {
  return path.length > PATH_WIDTH ? `…${path.slice(1 - PATH_WIDTH)}` : path;
}

function findingsTable(groups: readonly FindingGroup[]): string {
  const rows = groups.map((group) => [
    paintSeverity(group.severity) + (group.isExploited ? paint(['bold', 'red'], ' !') : ''),
    some(group.names, SHOWN_NAMES, ', '),
    plain(group.version),
    fixText(group),
    idsText(group.matches),
    paint('dim', plain(shortPath(group.path))),
  ]);
  return table(['WORST', 'PACKAGE', 'INSTALLED', 'FIXED IN', 'FINDINGS', 'WHERE'], rows);
}

function firstSteps(groups: readonly FindingGroup[], malware: number): string {
  if (malware > 0) return `${paint(['bold', 'red'], 'First:')} do not run this image; it holds malware.\n`;
  const fixable = groups.filter((group) => group.fixedVersion !== null);
  const urgent = fixable.filter((group) => group.isExploited || compareSeverity(group.severity, 'high') <= 0);
  const steps = urgent.length > 0 ? urgent : fixable;
  if (steps.length === 0) return '';
  const texts = steps
    .slice(0, SHOWN_STEPS)
    .map((group) => `${some(group.names, 1, ', ')} to ${plain(group.fixedVersion ?? '')}`);
  const rest = steps.length > SHOWN_STEPS ? `, and ${steps.length - SHOWN_STEPS} more` : '';
  return `${paint('bold', 'First:')} upgrade ${texts.join(', ')}${rest}.\n`;
}

function supportText(endOfLife: string | null, today: string): string {
  if (endOfLife === null) return '';
  return endOfLife <= today ? paint('red', `, support ended ${endOfLife}`) : `, support ends ${endOfLife}`;
}

function problemsText(problems: readonly Problem[]): string {
  const counts = new Map<string, number>();
  for (const { code, message, path } of problems) {
    const text = `${paint('yellow', 'problem')} ${code}: ${plain(message)}${path ? ` (${plain(path)})` : ''}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => `${text}${count > 1 ? `, ${count} times` : ''}\n`).join('');
}

function asideText(count: number, all: boolean): string {
  if (count === 0) return '';
  return paint('dim', all ? ` and ${count} that do not count` : ` (and ${count} parts of system packages, see --all)`);
}

/** What is in the layers and does not count: parts of the operating system's packages, and what later layers removed. */
function asideTable(scanned: ScannedTarget): string {
  const rows = scanned.packages.flatMap((item, index) => {
    if (isCounted(scanned, item)) return [];
    const removedIn = scanned.removedIn.get(item);
    const mark = removedIn === undefined ? `part of ${item.ownedBy ?? ''}` : `removed by ${removedIn.slice(0, 19)}`;
    const matches = scanned.matches[index] ?? [];
    const path = shortPath(item.locations[0]?.path ?? '');
    return [[plain(mark), plain(item.name), plain(item.version), idsText(matches), paint('dim', plain(path))]];
  });
  return rows.length > 0 ? table(['NOT COUNTED', 'PACKAGE', 'VERSION', 'FINDINGS', 'WHERE'], rows) : '';
}

function imageText(scanned: ScannedTarget, today: string, all: boolean): string {
  const { image, distribution, endOfLife, malware, problems } = scanned;
  const packages = scanned.packages.filter((item) => isCounted(scanned, item));
  const matches = scanned.matches.filter((_, index) => isCounted(scanned, scanned.packages[index]));
  const groups = groupFindings(packages, matches);
  const sections = [
    `${paint('bold', image.platform)}  ${plain(distribution?.name ?? 'no distribution')}${supportText(endOfLife, today)}  ${paint('dim', image.digest)}\n` +
      `${packages.length} packages${asideText(scanned.packages.length - packages.length, all)}, findings: ${countsText(matches.flat())}\n` +
      firstSteps(groups, malware.length),
    malware
      .map(({ signature, engine, path }) => {
        return `${paint(['bold', 'magenta'], 'malware')} ${plain(signature)} (${engine}) in ${plain(path)}\n`;
      })
      .join(''),
    groups.length > 0 ? findingsTable(groups) : '',
    all ? asideTable(scanned) : '',
    problemsText(problems),
  ];
  return sections.filter(Boolean).join('\n');
}

/** The result for people: what to do first, then malware, then findings where one step mends them, then problems. */
export function scanTable({ target, scanned, finishedAt, all = false }: FinishedScan): string {
  const today = isoDay(finishedAt);
  return `${plain(target)}\n\n${scanned.map((image) => imageText(image, today, all)).join('\n\n')}`;
}
