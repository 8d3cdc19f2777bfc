import type { VersionScheme } from './version-scheme.ts';

export interface Contradiction {
  /** Counted from 1. */
  readonly line: number;
  readonly text: string;
  readonly expected: string;
  readonly actual: string;
}

export interface PairCheck {
  readonly pairs: number;
  readonly contradictions: readonly Contradiction[];
}

const COMMENT = /^(?:#|\/\/)/;

/**
 * Compares pairs `A < B`, `A = B`, `A > B`, one a line; blank lines and lines that begin with `#` or `//` are skipped.
 * A line that is none of these counts as a pair that contradicts.
 */
export async function checkPairs(
  scheme: VersionScheme,
  lines: AsyncIterable<string> | Iterable<string>,
): Promise<PairCheck> {
  const contradictions: Contradiction[] = [];
  let pairs = 0;
  let line = 0;
  for await (const raw of lines) {
    line += 1;
    const text = raw.trim();
    if (text === '' || COMMENT.test(text)) continue;
    pairs += 1;
    const pair = parsePair(text);
    if (!pair) {
      contradictions.push({ line, text, expected: 'A < B, A = B or A > B', actual: 'not a pair' });
      continue;
    }
    const actual = signOf(scheme.compare(pair.left, pair.right));
    const back = signOf(-scheme.compare(pair.right, pair.left));
    if (actual !== pair.sign || back !== pair.sign) {
      contradictions.push({ line, text, expected: pair.sign, actual: actual === pair.sign ? back : actual });
    }
  }
  return { pairs, contradictions };
}

function parsePair(text: string): { left: string; sign: string; right: string } | undefined {
  const [left, sign, right, ...rest] = text.split(/\s+/);
  if (!left || !sign || !right || rest.length > 0 || !'<=>'.includes(sign) || sign.length !== 1) return undefined;
  return { left, sign, right };
}

function signOf(order: number): string {
  if (order === 0) return '=';
  return order < 0 ? '<' : '>';
}
