import { compareDigits, isDigitAt, isDigits } from './characters.ts';
import { formatCoarse } from './coarse.ts';
import type { VersionScheme } from './version-scheme.ts';

/** PHP's Composer, ordered as `version_compare`. https://www.php.net/manual/function.version-compare.php */
export const packagist: VersionScheme = { id: 'packagist', isValid, compare, coarse };

function isValid(version: string): boolean {
  return /^[vV]?[0-9][0-9A-Za-z.+_-]*$/.test(version) || /^dev-[0-9A-Za-z./_-]+$/.test(version);
}

/** Separators become dots, and a dot comes between digits and anything else. */
function partsOf(version: string): string[] {
  const text = version.trim().replace(/^[vV]/, '');
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i += 1) {
    const separator = i === text.length || '.-_+'.includes(text[i] ?? '');
    const boundary = i > start && isDigitAt(text, i) !== isDigitAt(text, i - 1);
    if (!separator && !boundary) continue;
    if (i > start) parts.push(text.slice(start, i));
    start = separator ? i + 1 : i;
  }
  return parts;
}

const NUMBER = '#';
const stages = ['dev', 'a', 'b', 'rc', NUMBER, 'p'];

/** Words that PHP does not know count as `dev`. */
function stageOf(part: string): number {
  if (isDigits(part)) return stages.indexOf(NUMBER);
  const word = part.startsWith('RC') ? 'rc' : part;
  return Math.max(
    0,
    stages.findIndex((stage) => word.startsWith(stage)),
  );
}

function comparePart(a: string, b: string): number {
  return isDigits(a) && isDigits(b) ? compareDigits(a, b) : stageOf(a) - stageOf(b);
}

/** What one version has beyond the other: a number makes it greater, a word says. */
function weightOfRest(rest: readonly string[]): number {
  const [first] = rest;
  if (first === undefined) return 0;
  if (isDigits(first)) return 1;
  const order = comparePart(first, NUMBER);
  return order === 0 ? weightOfRest(rest.slice(1, 2)) : order;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const left = partsOf(a);
  const right = partsOf(b);
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i += 1) {
    const order = comparePart(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return weightOfRest(left.slice(shared)) - weightOfRest(right.slice(shared));
}

/** Of the words only patch levels sort after numbers. */
function coarse(version: string): string {
  const parts = partsOf(version);
  const end = parts.findIndex((part) => !isDigits(part));
  if (end < 0) return formatCoarse({ numbers: parts });
  const isPatch = stageOf(parts[end] ?? '') > stages.indexOf(NUMBER);
  return formatCoarse({ numbers: parts.slice(0, end), rest: isPatch ? 'high' : 'low' });
}
