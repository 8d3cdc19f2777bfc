import { compareText, isDigitAt, skipDigits } from './characters.ts';

/**
 * The order of versions from before PEP 440, as setuptools had it: words and numbers as padded text,
 * `final` last. https://setuptools.pypa.io/en/latest/pkg_resources.html#parsing-utilities
 */
export function compareLegacy(a: string, b: string): number {
  const left = keyOf(a);
  const right = keyOf(b);
  const shared = Math.min(left.length, right.length);
  for (let i = 0; i < shared; i += 1) {
    const order = compareText(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const replacements = new Map([
  ['pre', 'c'],
  ['preview', 'c'],
  ['-', 'final-'],
  ['rc', 'c'],
  ['dev', '@'],
]);
const ZERO = '00000000';

function keyOf(version: string): string[] {
  const key: string[] = [];
  for (const part of partsOf(version.toLowerCase())) {
    if (part.startsWith('*')) {
      if (part < '*final') while (key.at(-1) === '*final-') key.pop();
      while (key.at(-1) === ZERO) key.pop();
    }
    key.push(part);
  }
  return key;
}

function* partsOf(version: string): Generator<string> {
  for (const word of wordsOf(version)) {
    const part = replacements.get(word) ?? word;
    if (part === '.') continue;
    yield isDigitAt(part, 0) ? part.padStart(ZERO.length, '0') : `*${part}`;
  }
  yield '*final';
}

/** Digits, small letters, dots and hyphens are words; whatever lies between them is one as well. */
function* wordsOf(version: string): Generator<string> {
  let index = 0;
  while (index < version.length) {
    const end = endOfWord(version, index);
    yield version.slice(index, end);
    index = end;
  }
}

function endOfWord(text: string, start: number): number {
  if (isDigitAt(text, start)) return skipDigits(text, start);
  if (text[start] === '.' || text[start] === '-') return start + 1;
  const lower = isLower(text, start);
  let end = start + 1;
  while (end < text.length && isLower(text, end) === lower) {
    if (!lower && (isDigitAt(text, end) || text[end] === '.' || text[end] === '-')) break;
    end += 1;
  }
  return end;
}

function isLower(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 97 && code <= 122;
}
