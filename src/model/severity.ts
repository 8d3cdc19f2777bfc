import { z } from 'zod';

/** Worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'unknown'] as const;
export const Severity = z.enum(severities);
export type Severity = z.infer<typeof Severity>;

/** Negative when `a` is worse than `b`: sorts worst first. */
export function compareSeverity(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}

export function isAtLeast(severity: Severity, threshold: Severity): boolean {
  return compareSeverity(severity, threshold) <= 0;
}
