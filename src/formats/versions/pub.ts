import { compareIdentifiers } from './components.ts';
import { semver } from './semver.ts';
import { parseSemverParts } from './semver-parts.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Dart: SemVer, but builds count: `1.0.0 < 1.0.0+1`. https://dart.dev/tools/pub/versioning */
export const pub: VersionScheme = { id: 'pub', isValid: semver.isValid, compare, coarse: semver.coarse };

function compare(a: string, b: string): number {
  const order = semver.compare(a, b);
  if (order !== 0) return order;
  return compareIdentifiers(parseSemverParts(a, 3).build, parseSemverParts(b, 3).build);
}
