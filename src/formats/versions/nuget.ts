import { formatCoarse } from './coarse.ts';
import { compareIdentifiers, comparePaddedNumbers } from './components.ts';
import { parseSemverParts } from './semver-parts.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * NuGet: SemVer 2 with a fourth number, words without regard to case.
 * https://learn.microsoft.com/nuget/concepts/package-versioning
 */
export const nuget: VersionScheme = { id: 'nuget', isValid, compare, coarse };

function isValid(version: string): boolean {
  return parseSemverParts(version, 4).wellFormed;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const left = parseSemverParts(a, 4);
  const right = parseSemverParts(b, 4);
  const order = comparePaddedNumbers(left.numbers, right.numbers);
  if (order !== 0) return order;
  const [pre, other] = [left.prerelease, right.prerelease];
  if (pre.length === 0 || other.length === 0) return Number(pre.length === 0) - Number(other.length === 0);
  return compareIdentifiers(pre, other, (word) => word.toLowerCase());
}

function coarse(version: string): string {
  return formatCoarse({ numbers: parseSemverParts(version, 4).numbers });
}
