import { compareDigits, isDigitAt, isLetterAt, skipDigits, skipLetters } from './characters.ts';
import { formatCoarse } from './coarse.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * rpm: `[epoch:]version[-release]`, compared segment by segment.
 * https://rpm-software-management.github.io/rpm/man/rpm-version.7
 */
export const rpm: VersionScheme = { id: 'rpm', isValid, compare, coarse };

interface Parts {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | undefined;
}

function split(text: string): Parts {
  const digits = skipDigits(text, 0);
  const hasEpoch = text[digits] === ':';
  const rest = hasEpoch ? text.slice(digits + 1) : text;
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: hasEpoch ? text.slice(0, digits) : '',
    version: hyphen < 0 ? rest : rest.slice(0, hyphen),
    release: hyphen < 0 ? undefined : rest.slice(hyphen + 1),
  };
}

function isValid(version: string): boolean {
  const parts = split(version);
  return /^[0-9A-Za-z._+~^]+$/.test(parts.version) && /^[0-9A-Za-z._+~^]*$/.test(parts.release ?? '');
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const left = split(a);
  const right = split(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareSegments(left.version, right.version) ||
    compareReleases(left.release, right.release)
  );
}

/** No release sorts before every release, even an empty one. */
function compareReleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return compareSegments(a, b);
}

function skipSeparators(text: string, index: number): number {
  let next = index;
  while (next < text.length) {
    if (isDigitAt(text, next) || isLetterAt(text, next) || text[next] === '~' || text[next] === '^') break;
    next += 1;
  }
  return next;
}

/** A tilde sorts before the end; a caret after the end, but before anything that goes on. Undefined: neither is here. */
function compareMarks(a: string | undefined, b: string | undefined): number | undefined {
  if (a === '~' || b === '~') return Number(b === '~') - Number(a === '~');
  if (a !== '^' && b !== '^') return undefined;
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return a === '^' ? -1 : 1;
}

function compareSegments(a: string, b: string): number {
  let i = skipSeparators(a, 0);
  let j = skipSeparators(b, 0);
  while (i < a.length || j < b.length) {
    const marks = compareMarks(a[i], b[j]);
    if (marks === undefined && (i >= a.length || j >= b.length)) break;
    if (marks !== undefined && marks !== 0) return marks;
    let endOfA = i + 1;
    let endOfB = j + 1;
    if (marks === undefined) {
      const numeric = isDigitAt(a, i);
      if (numeric !== isDigitAt(b, j)) return numeric ? 1 : -1;
      endOfA = numeric ? skipDigits(a, i) : skipLetters(a, i);
      endOfB = numeric ? skipDigits(b, j) : skipLetters(b, j);
      const left = a.slice(i, endOfA);
      const right = b.slice(j, endOfB);
      const order = numeric ? compareDigits(left, right) : Number(left > right) - Number(left < right);
      if (order !== 0) return order;
    }
    i = skipSeparators(a, endOfA);
    j = skipSeparators(b, endOfB);
  }
  return Number(i < a.length) - Number(j < b.length);
}

/** Everything that may stand in a number's place sorts before it. */
function coarse(text: string): string {
  const { epoch, version } = split(text);
  const numbers: string[] = [];
  let index = skipSeparators(version, 0);
  while (isDigitAt(version, index) && numbers.length < 3) {
    const end = skipDigits(version, index);
    numbers.push(version.slice(index, end));
    index = skipSeparators(version, end);
  }
  return formatCoarse({ epoch, numbers });
}
