import type { Problem } from '#model/problem.ts';
import type { FoundPackage } from './cataloger.ts';

const SHOWN = 5;

export const unknownEcosystem: Problem = {
  code: 'unknown-distribution',
  message:
    "packages of an operating system were found, but it is not known which one's, or nobody publishes advisories for it: nothing is said about them",
  path: null,
  layer: null,
};

export const noPackages: Problem = {
  code: 'no-packages',
  message:
    'no package was found: no package database and no installed library of a language, so nothing can be matched',
  path: null,
  layer: null,
};

export function foreignPackages(found: readonly FoundPackage[]): Problem {
  const names = found.slice(0, SHOWN).map(({ name, maker }) => `${name} (${maker})`);
  const rest = found.length > SHOWN ? ` and ${found.length - SHOWN} more` : '';
  const message = `the distribution's advisories do not speak of other makers' packages, so nothing is said about ${names.join(', ')}${rest}`;
  return { code: 'foreign-packages', message, path: null, layer: null };
}
