import { z } from 'zod';
import type { FindingCounts } from './finding-counts.ts';
import { compareSeverity, type Severity, severities } from './severity.ts';

export const Grade = z.enum(['A', 'B', 'C', 'D', 'F']);
export type Grade = z.infer<typeof Grade>;

export const SeverityCounts = z.object({
  critical: z.number(),
  high: z.number(),
  medium: z.number(),
  low: z.number(),
  unknown: z.number(),
});
export type SeverityCounts = z.infer<typeof SeverityCounts>;

/** The summary of an image. Accepted findings do not count. */
export const Posture = z.object({
  grade: Grade,
  counts: SeverityCounts,
  fixable: z.number(),
  fixableCritical: z.number(),
  fixableHigh: z.number(),
  knownExploited: z.number(),
  malware: z.number(),
  accepted: z.number(),
  packages: z.number(),
  problems: z.number(),
});
export type Posture = z.infer<typeof Posture>;

/** What each grade means; printed by the portal's tooltip. */
export const gradeMeanings: Readonly<Record<Grade, string>> = {
  A: 'no open critical or high finding',
  B: 'open high findings, none of which has a fix',
  C: 'a high finding can be fixed, or a critical one has no fix',
  D: 'a critical finding can be fixed',
  F: 'a known exploited finding, or malware',
};

function gradeOf(posture: Omit<Posture, 'grade'>): Grade {
  if (posture.knownExploited > 0 || posture.malware > 0) return 'F';
  if (posture.fixableCritical > 0) return 'D';
  if (posture.fixableHigh > 0 || posture.counts.critical > 0) return 'C';
  return posture.counts.high > 0 ? 'B' : 'A';
}

/** What is known of an image beside its findings. `malware` counts files; malicious packages are added to it. */
export interface PostureFacts {
  readonly malware: number;
  readonly packages: number;
  readonly problems: number;
  readonly accepted: number;
}

/** The posture of one platform; `counts` are those of its open findings. */
export function postureOf(counts: FindingCounts, facts: PostureFacts): Posture {
  const { critical, high, medium, low, unknown, malicious, ...rest } = counts;
  const posture = { counts: { critical, high, medium, low, unknown }, ...rest, ...facts };
  posture.malware += malicious;
  return { grade: gradeOf(posture), ...posture };
}

/** The worst of several platforms' postures: each number is the largest one, the grade the worst. */
export function worstOf(postures: readonly Posture[]): Posture | undefined {
  const [first, ...rest] = postures;
  if (!first) return undefined;
  const worst: Posture = { ...first, counts: { ...first.counts } };
  for (const posture of rest) {
    if (posture.grade > worst.grade) worst.grade = posture.grade;
    for (const severity of severities)
      worst.counts[severity] = Math.max(worst.counts[severity], posture.counts[severity]);
    for (const key of [
      'fixable',
      'fixableCritical',
      'fixableHigh',
      'knownExploited',
      'malware',
      'accepted',
      'packages',
      'problems',
    ] as const)
      worst[key] = Math.max(worst[key], posture[key]);
  }
  return worst;
}

/** The worst severity present, or undefined when nothing is open. */
export function worstSeverity(counts: SeverityCounts): Severity | undefined {
  return [...severities].sort(compareSeverity).find((severity) => counts[severity] > 0);
}
