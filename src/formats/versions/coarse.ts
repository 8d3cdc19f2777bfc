import { skipZeros } from './characters.ts';

const WIDTH = 8;
const EPOCH_WIDTH = 2;
const NUMBERS = 3;

/** The leading numbers of a version, for an index. */
export interface Leading {
  /** Digits; empty or absent is zero. */
  readonly epoch?: string;
  readonly numbers: readonly string[];
  /** `high`: what follows the numbers sorts after every further number; otherwise it sorts before, or there is nothing. */
  readonly rest?: 'low' | 'high';
}

/** `EE:XXXXXXXX.YYYYYYYY.ZZZZZZZZ`: a number that does not fit, and all behind it, become nines. */
export function formatCoarse({ epoch = '', numbers, rest = 'low' }: Leading): string {
  let overflown = false;
  const field = (digits: string, width: number): string => {
    const value = digits.slice(skipZeros(digits, 0));
    if (value.length > width) overflown = true;
    return overflown ? '9'.repeat(width) : value.padStart(width, '0');
  };
  const first = field(epoch, EPOCH_WIDTH);
  const fields: string[] = [];
  for (let i = 0; i < NUMBERS; i += 1) {
    const number = numbers[i];
    if (number === undefined && rest === 'high') overflown = true;
    fields.push(field(number ?? '', WIDTH));
  }
  return `${first}:${fields.join('.')}`;
}
