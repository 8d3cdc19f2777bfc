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

/** Every scheme; a new one is a file, a line here and a test. */
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
