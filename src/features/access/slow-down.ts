import type { Clock } from '#kernel/clock.ts';
import { networkOf } from '#kernel/network-of.ts';

const FREE_FAILURES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const FORGOTTEN_AFTER_MS = 60 * 60_000;
const KEPT = 10_000;

interface Failures {
  readonly count: number;
  readonly lastAt: number;
  readonly blockedUntil: number;
}

/**
 * Slows down guessing, per (address, name): the first five failures are free, then each doubles the wait, from one
 * second to fifteen minutes. A success or an hour of peace forgets. Memory is bounded: the 10,000 most recent pairs.
 */
export interface SlowDown {
  /** Milliseconds that this pair has to wait; 0 when it may try. */
  waitMs(address: string, name: string): number;
  failed(address: string, name: string): void;
  succeeded(address: string, name: string): void;
}

export function createSlowDown({ clock }: { readonly clock: Clock }): SlowDown {
  const pairs = new Map<string, Failures>();
  const keyOf = (address: string, name: string) => `${networkOf(address)} ${name.slice(0, 200)}`;

  return {
    waitMs(address, name) {
      const failures = pairs.get(keyOf(address, name));
      return failures ? Math.max(0, failures.blockedUntil - clock.now().getTime()) : 0;
    },
    failed(address, name) {
      const key = keyOf(address, name);
      const now = clock.now().getTime();
      const before = pairs.get(key);
      const count = before && now - before.lastAt < FORGOTTEN_AFTER_MS ? before.count + 1 : 1;
      const doublings = Math.min(count - FREE_FAILURES, 20);
      const wait = doublings < 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** doublings, LONGEST_WAIT_MS);
      pairs.delete(key);
      pairs.set(key, { count, lastAt: now, blockedUntil: now + wait });
      const [oldest] = pairs.keys();
      if (pairs.size > KEPT && oldest !== undefined) pairs.delete(oldest);
    },
    succeeded(address, name) {
      pairs.delete(keyOf(address, name));
    },
  };
}
