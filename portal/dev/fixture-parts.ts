import { createHash } from 'node:crypto';
import { countFindings } from '#model/finding-counts.ts';
import { type SupportWindow, supportWindow } from '#model/lifecycle.ts';
import { type Posture, postureOf as postureOfCounts } from '#model/posture.ts';
import { severities } from '#model/severity.ts';

/** Small makers that the invented catalog is put together from. All dates hang on one moment. */

export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

export function hoursFrom(now: Date, hours: number): string {
  return new Date(now.getTime() + hours * 3_600_000).toISOString();
}

export function dayFrom(now: Date, days: number): string {
  return hoursFrom(now, days * 24).slice(0, 10);
}

/** A posture with these open findings: critical, high, medium, low, unknown; `fixable` of the worst have a fix. */
export function postureOf(
  counts: readonly [number, number, number, number, number],
  { fixable = 0, exploited = 0, malware = 0, problems = 0 } = {},
): Posture {
  let left = fixable;
  let exploitedLeft = exploited;
  const findings = severities.flatMap((severity, at) =>
    Array.from({ length: counts[at] ?? 0 }, () => {
      left -= 1;
      exploitedLeft -= 1;
      const [fixedVersion, knownExploitedSince] = [left >= 0 ? '1' : null, exploitedLeft >= 0 ? '2026-01-01' : null];
      return { severity, fixedVersion, knownExploitedSince, malicious: false };
    }),
  );
  return postureOfCounts(countFindings(findings), { malware, packages: 214, problems, accepted: 0 });
}

export function windowOf(now: Date, days: number | null, distribution: string | null, runtime?: string): SupportWindow {
  if (days === null) return supportWindow([]);
  const dates = distribution
    ? [{ source: 'distribution' as const, subject: distribution, endOfLife: dayFrom(now, runtime ? days + 420 : days) }]
    : [];
  if (runtime) return supportWindow([...dates, { source: 'runtime', subject: runtime, endOfLife: dayFrom(now, days) }]);
  return supportWindow(dates);
}
