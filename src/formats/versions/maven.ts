import { compareDigits, compareText, isDigitAt, isDigits, isZero } from './characters.ts';
import { formatCoarse } from './coarse.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * Java, in the order of Maven's ComparableVersion up to 3.8, which is not transitive where a word follows a dot:
 * 1.sp is less than 1-alpha. https://maven.apache.org/pom.html#version-order-specification
 */
export const maven: VersionScheme = { id: 'maven', isValid, compare, coarse };

/** Any text is a version to Maven. */
function isValid(version: string): boolean {
  return version !== '' && !/[\s,[\]()]/.test(version);
}

const qualifiers = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const RELEASE = qualifiers.indexOf('');
const aliases = new Map([
  ['ga', ''],
  ['final', ''],
  ['release', ''],
  ['cr', 'rc'],
]);
const shorthands = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);

/**
 * A hyphen, and each change between digits and words, opens a list inside the list. Such a list is always the last
 * item of its parent, so a version is a chain of flat lists, outermost first.
 */
type Chain = readonly (readonly string[])[];

function parse(version: string): Chain {
  const text = version.trim().toLowerCase();
  const chain: string[][] = [[]];
  const add = (item: string) => chain.at(-1)?.push(item);
  let start = 0;
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === '.' || text[i] === '-') {
      add(i === start ? '0' : readItem(text.slice(start, i), false));
      start = i + 1;
      if (text[i] === '-') chain.push([]);
    } else if (i > start && isDigitAt(text, i) !== isDigitAt(text, i - 1)) {
      add(readItem(text.slice(start, i), isDigitAt(text, i)));
      start = i;
      chain.push([]);
    }
  }
  if (start < text.length) add(readItem(text.slice(start), false));
  // A list that holds nothing but a list counts as that list: 1-ga-1 is 1-1.
  return chain.map(withoutTrailingNulls).filter((items, depth) => depth === 0 || items.length > 0);
}

function readItem(item: string, digitFollows: boolean): string {
  if (isDigits(item)) return item;
  const word = (digitFollows && shorthands.get(item)) || item;
  return aliases.get(word) ?? word;
}

function isNull(item: string): boolean {
  return item === '' || (isDigits(item) && isZero(item));
}

function withoutTrailingNulls(items: readonly string[]): readonly string[] {
  let end = items.length;
  while (end > 0 && isNull(items[end - 1] ?? '')) end -= 1;
  return items.slice(0, end);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const left = parse(a);
  const right = parse(b);
  const depths = Math.max(left.length, right.length);
  for (let depth = 0; depth < depths; depth += 1) {
    const leftHasInner = depth + 1 < left.length;
    const rightHasInner = depth + 1 < right.length;
    const order = compareItems(left[depth] ?? [], right[depth] ?? [], leftHasInner, rightHasInner);
    if (order !== 0) return order;
    if (!leftHasInner || !rightHasInner) return weightFrom(left, depth + 1) - weightFrom(right, depth + 1);
  }
  return 0;
}

function compareItems(a: readonly string[], b: readonly string[], aHasInner: boolean, bHasInner: boolean): number {
  const longest = Math.max(a.length, b.length);
  for (let i = 0; i < longest; i += 1) {
    const left = a[i];
    const right = b[i];
    let order = 0;
    if (left !== undefined && right !== undefined) order = compareItem(left, right);
    else if (left !== undefined) order = bHasInner ? weightAgainstList(left) : weightAgainstNothing(left);
    else if (right !== undefined) order = -(aHasInner ? weightAgainstList(right) : weightAgainstNothing(right));
    if (order !== 0) return order;
  }
  return 0;
}

function compareItem(a: string, b: string): number {
  if (isDigits(a) !== isDigits(b)) return isDigits(a) ? 1 : -1;
  return isDigits(a) ? compareDigits(a, b) : compareText(rankOf(a), rankOf(b));
}

/** Unknown qualifiers come after the known ones, by the alphabet. */
function rankOf(qualifier: string): string {
  const rank = qualifiers.indexOf(qualifier);
  return rank < 0 ? `${qualifiers.length}-${qualifier}` : String(rank);
}

function weightAgainstList(item: string): number {
  return isDigits(item) ? 1 : -1;
}

function weightAgainstNothing(item: string): number {
  if (isDigits(item)) return isZero(item) ? 0 : 1;
  return compareText(rankOf(item), String(RELEASE));
}

function weightFrom(chain: Chain, depth: number): number {
  for (let i = depth; i < chain.length; i += 1) {
    for (const item of chain[i] ?? []) {
      const weight = weightAgainstNothing(item);
      if (weight !== 0) return weight;
    }
  }
  return 0;
}

/** Words and inner lists sort before every number of the outermost list. */
function coarse(version: string): string {
  const items = parse(version)[0] ?? [];
  const end = items.findIndex((item) => !isDigits(item));
  return formatCoarse({ numbers: end < 0 ? items : items.slice(0, end) });
}
