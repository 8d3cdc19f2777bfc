import { isDigitAt, skipDigits } from './characters.ts';

/** A SemVer-like version taken apart: `v1.2.3.4-rc.1+build`. Empty lists where a part is absent. */
export interface SemverParts {
  readonly numbers: readonly string[];
  readonly prerelease: readonly string[];
  readonly build: readonly string[];
  /** False when something in it is not SemVer-like at all. */
  readonly wellFormed: boolean;
}

/** `maxNumbers`: how many leading numbers count; further ones belong to the build, as OSV has it. */
export function parseSemverParts(version: string, maxNumbers: number): SemverParts {
  const text = version.trim();
  let index = text[0] === 'v' || text[0] === 'V' ? 1 : 0;
  const numbers: string[] = [];
  while (isDigitAt(text, index) && numbers.length < maxNumbers) {
    const end = skipDigits(text, index);
    numbers.push(text.slice(index, end));
    index = end;
    if (text[end] !== '.' || !isDigitAt(text, end + 1)) break;
    if (numbers.length < maxNumbers) index = end + 1;
  }
  return { numbers, ...parseTail(text.slice(index), numbers.length > 0) };
}

function parseTail(tail: string, numbered: boolean): Omit<SemverParts, 'numbers'> {
  const plus = tail.indexOf('+');
  const head = plus < 0 ? tail : tail.slice(0, plus);
  const build = plus < 0 ? [] : tail.slice(plus + 1).split('.');
  if (head === '') return { prerelease: [], build, wellFormed: numbered };
  if (head[0] === '.' && numbered && isDigitAt(head, 1)) {
    return { prerelease: [], build: head.slice(1).split('.'), wellFormed: false };
  }
  const words = (head[0] === '-' ? head.slice(1) : head).split('.');
  return { prerelease: words, build, wellFormed: numbered && head[0] === '-' && words.every(isIdentifier) };
}

function isIdentifier(word: string): boolean {
  return /^[0-9A-Za-z-]+$/.test(word);
}
