import { compareDigits, compareText, isDigitAt, isLetterAt, isZero, skipDigits, skipLetters } from './characters.ts';
import { formatCoarse } from './coarse.ts';
import type { VersionScheme } from './version-scheme.ts';

/** Ruby: runs of digits and runs of letters; a word makes a pre-release. https://docs.ruby-lang.org/en/master/Gem/Version.html */
export const rubygems: VersionScheme = { id: 'rubygems', isValid, compare, coarse };

function isValid(version: string): boolean {
  const [release = '', ...rest] = version.trim().split('-');
  const words = release.split('.');
  if (!isDigitAt(release, 0) || skipDigits(release, 0) !== (words[0] ?? '').length) return false;
  return words.every((word) => /^[0-9A-Za-z]+$/.test(word)) && rest.every((part) => /^[0-9A-Za-z.]+$/.test(part));
}

/** A hyphen stands for `.pre.`. */
function segmentsOf(version: string): string[] {
  const segments: string[] = [];
  let index = 0;
  while (index < version.length) {
    let end = index + 1;
    if (isDigitAt(version, index)) end = skipDigits(version, index);
    else if (isLetterAt(version, index)) end = skipLetters(version, index);
    else {
      if (version[index] === '-') segments.push('pre');
      index = end;
      continue;
    }
    segments.push(version.slice(index, end));
    index = end;
  }
  return segments;
}

function withoutTrailingZeros(segments: string[]): string[] {
  let end = segments.length;
  while (end > 0 && isNumber(segments[end - 1] ?? '') && isZero(segments[end - 1] ?? '')) end -= 1;
  return segments.slice(0, end);
}

/** Zeros at the end of the numbers before the first word, and at the very end, do not count. */
function canonical(version: string): string[] {
  const segments = segmentsOf(version.trim());
  const word = segments.findIndex((segment) => !isNumber(segment));
  if (word < 0) return withoutTrailingZeros(segments);
  return [...withoutTrailingZeros(segments.slice(0, word)), ...withoutTrailingZeros(segments.slice(word))];
}

function isNumber(segment: string): boolean {
  return isDigitAt(segment, 0);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const left = canonical(a);
  const right = canonical(b);
  const longest = Math.max(left.length, right.length);
  for (let i = 0; i < longest; i += 1) {
    const order = compareSegment(left[i] ?? '0', right[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

function compareSegment(a: string, b: string): number {
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? 1 : -1;
  return isNumber(a) ? compareDigits(a, b) : compareText(a, b);
}

/** A word sorts before every number. */
function coarse(version: string): string {
  const segments = canonical(version);
  const word = segments.findIndex((segment) => !isNumber(segment));
  return formatCoarse({ numbers: word < 0 ? segments : segments.slice(0, word) });
}
