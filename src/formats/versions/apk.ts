import { compareDigits, compareText, isDigitAt, skipDigits } from './characters.ts';
import { formatCoarse } from './coarse.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * Alpine, Wolfi, Chainguard: `1.2.3a_rc1_p2~hash-r4`, as apk-tools 3 reads it, token by token.
 * https://wiki.alpinelinux.org/wiki/APKBUILD_Reference#pkgver
 */
export const apk: VersionScheme = { id: 'apk', isValid, compare, coarse };

/** Where two versions go on differently, the one with the later kind is the smaller. */
const kinds = [
  'initial',
  'fraction',
  'letter',
  'letter-number',
  'suffix',
  'suffix-number',
  'hash',
  'revision',
  'end',
  'empty-fraction',
  'invalid',
] as const;
type Kind = (typeof kinds)[number];

const suffixes = ['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'];
const FIRST_AFTER_RELEASE = suffixes.indexOf('cvs');

interface Token {
  readonly kind: Kind;
  readonly value: string;
  /** The index after it. */
  readonly end: number;
}

function isLower(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 97 && code <= 122;
}

function skipLower(text: string, index: number): number {
  let end = index;
  while (isLower(text, end)) end += 1;
  return end;
}

function skipHex(text: string, index: number): number {
  let end = index;
  while (isDigitAt(text, end) || (isLower(text, end) && text.charCodeAt(end) <= 102)) end += 1;
  return end;
}

function digits(kind: Kind, text: string, start: number): Token {
  const end = skipDigits(text, start);
  return { kind, value: text.slice(start, end), end };
}

const isFraction = (kind: Kind) => kind === 'initial' || kind === 'fraction' || kind === 'empty-fraction';

/** The token at `last.end`, or one of kind `end` or `invalid`. */
function nextToken(text: string, last: Token): Token {
  const { kind, end: start } = last;
  if (start >= text.length) return { kind: 'end', value: '', end: start };
  return readToken(text, start, kind) ?? { kind: 'invalid', value: '', end: start };
}

function readToken(text: string, start: number, last: Kind): Token | undefined {
  if (isDigitAt(text, start)) {
    if (last === 'letter') return digits('letter-number', text, start);
    return last === 'suffix' ? digits('suffix-number', text, start) : undefined;
  }
  if (isLower(text, start)) {
    return isFraction(last) ? { kind: 'letter', value: text.slice(start, start + 1), end: start + 1 } : undefined;
  }
  if (text[start] === '.' && isFraction(last)) {
    const number = digits('fraction', text, start + 1);
    return number.value === '' ? { ...number, kind: 'empty-fraction' } : number;
  }
  if (kinds.indexOf(last) >= kinds.indexOf('revision') && last !== 'empty-fraction') return undefined;
  if (text[start] === '-') return readRevision(text, start);
  return last === 'hash' ? undefined : readWord(text, start);
}

/** A revision without a number is zero; one that begins with anything else is no revision. */
function readRevision(text: string, start: number): Token | undefined {
  const next = start + 2;
  if (!text.startsWith('-r', start)) return undefined;
  const isNumber = next === text.length || isDigitAt(text, next) || text[next] === '-';
  return isNumber ? digits('revision', text, next) : undefined;
}

function readWord(text: string, start: number): Token | undefined {
  if (text[start] === '~') {
    const end = skipHex(text, start + 1);
    return end > start + 1 ? { kind: 'hash', value: text.slice(start + 1, end), end } : undefined;
  }
  if (text[start] !== '_') return undefined;
  const end = skipLower(text, start + 1);
  const value = text.slice(start + 1, end);
  return suffixes.includes(value) ? { kind: 'suffix', value, end } : undefined;
}

function compareTokens(a: Token, b: Token): number {
  if (a.kind === 'suffix') return suffixes.indexOf(a.value) - suffixes.indexOf(b.value);
  if (a.kind === 'letter' || a.kind === 'hash') return compareText(a.value, b.value);
  // Behind a dot a leading zero makes it a fraction: 1.01 is less than 1.1, and 1.010 less than 1.02.
  if (a.kind === 'fraction' && (a.value[0] === '0' || b.value[0] === '0')) return compareText(a.value, b.value);
  return compareDigits(a.value, b.value);
}

function isValid(version: string): boolean {
  if (!isDigitAt(version, 0)) return false;
  let token = digits('initial', version, 0);
  while (token.kind !== 'end' && token.kind !== 'invalid' && token.kind !== 'empty-fraction') {
    if (token.kind === 'letter-number' || (token.kind === 'revision' && token.value === '')) return false;
    token = nextToken(version, token);
  }
  return token.kind === 'end';
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  let left = digits('initial', a, 0);
  let right = digits('initial', b, 0);
  while (left.kind === right.kind && left.kind !== 'end' && left.kind !== 'invalid') {
    const order = compareTokens(left, right);
    if (order !== 0) return order;
    left = nextToken(a, left);
    right = nextToken(b, right);
  }
  if (isBeforeRelease(left) !== isBeforeRelease(right)) return isBeforeRelease(left) ? -1 : 1;
  return kinds.indexOf(right.kind) - kinds.indexOf(left.kind);
}

/** The longer version is the greater one, unless it goes on with a suffix such as `_rc`. */
function isBeforeRelease(token: Token): boolean {
  return token.kind === 'suffix' && suffixes.indexOf(token.value) < FIRST_AFTER_RELEASE;
}

/** A fraction with a leading zero lies between 0 and 1; everything else that may follow sorts before a fraction. */
function coarse(version: string): string {
  const first = digits('initial', version, 0);
  const numbers = [first.value];
  for (let token = nextToken(version, first); token.kind === 'fraction'; token = nextToken(version, token)) {
    if (token.value.length > 1 && token.value[0] === '0')
      return formatCoarse({ numbers: [...numbers, '0'], rest: 'high' });
    numbers.push(token.value);
    if (numbers.length === 3) break;
  }
  return formatCoarse({ numbers });
}
