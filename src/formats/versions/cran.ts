import { isDigits } from './characters.ts';
import { formatCoarse } from './coarse.ts';
import { compareNumberLists } from './components.ts';
import type { VersionScheme } from './version-scheme.ts';

/** R: numbers between dots and hyphens. https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file */
export const cran: VersionScheme = { id: 'cran', isValid, compare, coarse };

function numbersOf(version: string): string[] {
  return version.trim().split(/[.-]/);
}

function isValid(version: string): boolean {
  const numbers = numbersOf(version);
  return numbers.length >= 2 && numbers.every(isDigits);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : compareNumberLists(numbersOf(a), numbersOf(b));
}

function coarse(version: string): string {
  return formatCoarse({ numbers: numbersOf(version) });
}
