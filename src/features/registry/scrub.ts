import type { Digest } from '#kernel/digest.ts';

/** What a check of the stored bytes can find. */
export const scrubKinds = ['corrupt', 'missing', 'unreadable', 'wrong-size', 'incomplete', 'orphan'] as const;
export type ScrubKind = (typeof scrubKinds)[number];

export interface ScrubFinding {
  readonly digest: Digest;
  readonly kind: ScrubKind;
  /** Where it is missed, for `incomplete`; empty otherwise. */
  readonly repository: string;
  readonly detail: string;
  readonly sizeBytes: number;
  /** What has put it right already. */
  readonly mendedBy?: string;
}

/** A part of all digests, small enough for its rows to be held in memory: those with the same first digits. */
export interface DigestRange {
  readonly prefix: string;
  /** The first digest that may be in it, and the first that is behind it. */
  readonly from: string;
  readonly to: string;
}

/** Of so many rows a range may consist, more or less. */
const ROWS_PER_RANGE = 5_000;
const MOST_DIGITS = 3;

/** How many digits the digests of a range share, so that ranges are neither many nor large. */
export function digitsFor(rows: number): number {
  const digits = Math.ceil(Math.log(Math.max(1, rows / ROWS_PER_RANGE)) / Math.log(16));
  return Math.min(MOST_DIGITS, digits);
}

/** Every digest is in one of these, in their order. `after` is the last one that was checked. */
export function* digestRanges(after: string, digits: number): Generator<DigestRange> {
  for (const algorithm of ['sha256', 'sha512']) {
    for (let bucket = 0; bucket < 16 ** digits; bucket += 1) {
      const prefix = `${algorithm}:${digits > 0 ? bucket.toString(16).padStart(digits, '0') : ''}`;
      // No digit is as large as the letter behind f.
      const to = `${prefix}g`;
      if (to > after) yield { prefix, from: after > prefix ? `${after}\u0001` : prefix, to };
    }
  }
}
