import { compareDigits, isDigits } from './characters.ts';

/** Orders lists of numbers; the longer one is greater when it begins with the shorter. */
export function compareNumberLists(a: readonly string[], b: readonly string[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const order = compareDigits(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Orders lists of numbers where what is missing is zero. */
export function comparePaddedNumbers(a: readonly string[], b: readonly string[]): number {
  const longest = Math.max(a.length, b.length);
  for (let i = 0; i < longest; i += 1) {
    const order = compareDigits(a[i] ?? '', b[i] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Orders dot-separated identifiers as SemVer 2.0.0 section 11.4 does: numbers before words, the shorter list first.
 * `fold` maps words before they are compared.
 */
export function compareIdentifiers(
  a: readonly string[],
  b: readonly string[],
  fold: (word: string) => string = (word) => word,
): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i += 1) {
    const order = compareIdentifier(fold(a[i] ?? ''), fold(b[i] ?? ''));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifier(a: string, b: string): number {
  const numericA = isDigits(a);
  const numericB = isDigits(b);
  if (numericA !== numericB) return numericA ? -1 : 1;
  if (numericA) return compareDigits(a, b);
  return Number(a > b) - Number(a < b);
}
