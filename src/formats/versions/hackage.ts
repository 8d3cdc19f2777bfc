import { isDigits } from './characters.ts';
import { formatCoarse } from './coarse.ts';
import { compareNumberLists } from './components.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Haskell: numbers between dots; more numbers are greater. https://pvp.haskell.org */
export const hackage: VersionScheme = { id: 'hackage', isValid, compare, coarse };

function isValid(version: string): boolean {
  return version.split('.').every(isDigits);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : compareNumberLists(a.trim().split('.'), b.trim().split('.'));
}

function coarse(version: string): string {
  return formatCoarse({ numbers: version.trim().split('.') });
}
