import { schemeAliases } from './aliases.ts';
import { apk } from './apk.ts';
import { cran } from './cran.ts';
import { dpkg } from './dpkg.ts';
import { hackage } from './hackage.ts';
import { maven } from './maven.ts';
import { nuget } from './nuget.ts';
import { packagist } from './packagist.ts';
import { pep440 } from './pep440.ts';
import { pub } from './pub.ts';
import { rpm } from './rpm.ts';
import { rubygems } from './rubygems.ts';
import { semver } from './semver.ts';
import type { VersionScheme } from './version-scheme.ts';

export { checkPairs, type PairCheck } from './check.ts';
export type { VersionScheme } from './version-scheme.ts';

export const versionSchemes: readonly VersionScheme[] = [
  apk,
  cran,
  dpkg,
  hackage,
  maven,
  nuget,
  packagist,
  pep440,
  pub,
  rpm,
  rubygems,
  semver,
];

/** By id or alias, without regard to case. */
export function findScheme(id: string): VersionScheme | undefined {
  const name = id.toLowerCase();
  const wanted = schemeAliases.get(name) ?? name;
  return versionSchemes.find((scheme) => scheme.id === wanted);
}
