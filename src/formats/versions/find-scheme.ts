import { schemeAliases } from './aliases.ts';
import { versionSchemes } from './schemes.ts';
import type { VersionScheme } from './version-scheme.ts';

/** By id or alias, without regard to case. */
export function findScheme(id: string): VersionScheme | undefined {
  const name = id.toLowerCase();
  const wanted = schemeAliases.get(name) ?? name;
  return versionSchemes.find((scheme) => scheme.id === wanted);
}
