import { compareDigits, isDigitAt, isDigits, isLetterAt, skipDigits } from './characters.ts';
import { formatCoarse } from './coarse.ts';
import type { VersionScheme } from './version-scheme.ts';

/**
 * Debian and Ubuntu: `[epoch:]upstream[-revision]`.
 * Debian policy, section 5.6.12 https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */
export const dpkg: VersionScheme = { id: 'dpkg', isValid, compare, coarse };

interface Parts {
  readonly epoch: string;
  readonly upstream: string;
  readonly revision: string;
}

function split(version: string): Parts {
  const text = version.trim();
  const colon = text.indexOf(':');
  const hasEpoch = colon > 0 && isDigits(text.slice(0, colon));
  const rest = hasEpoch ? text.slice(colon + 1) : text;
  const hyphen = rest.lastIndexOf('-');
  return {
    epoch: hasEpoch ? text.slice(0, colon) : '',
    upstream: hyphen < 0 ? rest : rest.slice(0, hyphen),
    revision: hyphen < 0 ? '' : rest.slice(hyphen + 1),
  };
}

function isValid(version: string): boolean {
  const { upstream, revision } = split(version);
  if (!isDigitAt(upstream, 0) || version.trim().endsWith('-')) return false;
  return /^[0-9A-Za-z.+:~-]+$/.test(upstream) && /^[0-9A-Za-z.+~]*$/.test(revision);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  const left = split(a);
  const right = split(b);
  return (
    compareDigits(left.epoch, right.epoch) ||
    compareAlternating(left.upstream, right.upstream) ||
    compareAlternating(left.revision, right.revision)
  );
}

/** The tilde sorts before the end, the end before letters, letters before everything else. */
function weightAt(text: string, index: number): number {
  if (index >= text.length || isDigitAt(text, index)) return 0;
  const code = text.charCodeAt(index);
  if (code === 126) return -1;
  return isLetterAt(text, index) ? code : code + 0x10000;
}

/** Runs of other characters and runs of digits take turns. */
function compareAlternating(a: string, b: string): number {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigitAt(a, i)) || (j < b.length && !isDigitAt(b, j))) {
      const order = weightAt(a, i) - weightAt(b, j);
      if (order !== 0) return order;
      i += 1;
      j += 1;
    }
    const endOfA = skipDigits(a, i);
    const endOfB = skipDigits(b, j);
    const order = compareDigits(a.slice(i, endOfA), b.slice(j, endOfB));
    if (order !== 0) return order;
    i = endOfA;
    j = endOfB;
  }
  return 0;
}

/** Numbers between dots; any other separator sorts wholly before the dot or wholly after it. */
function coarse(version: string): string {
  const { epoch, upstream } = split(version);
  const numbers: string[] = [];
  let index = 0;
  for (;;) {
    const start = skipOthers(upstream, index);
    const order = compareAlternating(upstream.slice(index, start), numbers.length === 0 ? '' : '.');
    if (order !== 0) return formatCoarse({ epoch, numbers, rest: order < 0 ? 'low' : 'high' });
    index = skipDigits(upstream, start);
    numbers.push(upstream.slice(start, index));
    if (numbers.length === 3) return formatCoarse({ epoch, numbers });
  }
}

function skipOthers(text: string, index: number): number {
  let end = index;
  while (end < text.length && !isDigitAt(text, end)) end += 1;
  return end;
}
