import { formatCoarse } from './coarse.ts';
import { compareIdentifiers, comparePaddedNumbers } from './components.ts';
import { parseSemverParts } from './semver-parts.ts';
import type { VersionScheme } from './version-scheme.ts';

/** npm, Go, crates.io, Bitnami and others: SemVer 2.0.0, a leading `v` allowed. https://semver.org/spec/v2.0.0.html */
export const semver: VersionScheme = { id: 'semver', isValid, compare, coarse };

function isValid(version: string): boolean {
  const parts = parseSemverParts(version, 3);
  return parts.wellFormed && parts.numbers.length === 3;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const left = parseSemverParts(a, 3);
  const right = parseSemverParts(b, 3);
  return comparePaddedNumbers(left.numbers, right.numbers) || comparePrereleases(left.prerelease, right.prerelease);
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Number(a.length === 0) - Number(b.length === 0);
  return compareIdentifiers(a, b);
}

function coarse(version: string): string {
  return formatCoarse({ numbers: parseSemverParts(version, 3).numbers });
}
