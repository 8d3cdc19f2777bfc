import type { Match } from './finding.ts';

/** What is counted of findings, wherever they are summed up: a package, a package set, an image. */
export const countNames = [
  'critical',
  'high',
  'medium',
  'low',
  'unknown',
  'fixable',
  'fixableCritical',
  'fixableHigh',
  'knownExploited',
  'malicious',
] as const;
export type CountName = (typeof countNames)[number];
export type FindingCounts = Readonly<Record<CountName, number>>;

export const noFindings: FindingCounts = Object.freeze(
  Object.fromEntries(countNames.map((name) => [name, 0])) as Record<CountName, number>,
);

/** The findings of one package. `malicious` counts packages: 1 when any of its findings says so. */
export function countFindings(
  matches: readonly Pick<Match, 'severity' | 'fixedVersion' | 'knownExploitedSince' | 'malicious'>[],
): FindingCounts {
  const counts = { ...noFindings } as Record<CountName, number>;
  for (const { severity, fixedVersion, knownExploitedSince, malicious } of matches) {
    counts[severity] += 1;
    if (fixedVersion !== null) {
      counts.fixable += 1;
      if (severity === 'critical') counts.fixableCritical += 1;
      if (severity === 'high') counts.fixableHigh += 1;
    }
    if (knownExploitedSince !== null) counts.knownExploited += 1;
    if (malicious) counts.malicious = 1;
  }
  return counts;
}

export function addCounts(a: FindingCounts, b: FindingCounts): FindingCounts {
  return combine(a, b, 1);
}

export function subtractCounts(a: FindingCounts, b: FindingCounts): FindingCounts {
  return combine(a, b, -1);
}

function combine(a: FindingCounts, b: FindingCounts, sign: 1 | -1): FindingCounts {
  const sum = { ...a } as Record<CountName, number>;
  for (const name of countNames) sum[name] += sign * b[name];
  return sum;
}

export function isSameCounts(a: FindingCounts, b: FindingCounts): boolean {
  return countNames.every((name) => a[name] === b[name]);
}

/** How many findings: each has one severity. */
export function totalOf(counts: FindingCounts): number {
  return counts.critical + counts.high + counts.medium + counts.low + counts.unknown;
}
