import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { RateWindow } from '#model/namespace-rules.ts';
import { type EffectiveRules, nameOfPlace } from './rule-book.ts';

/**
 * How much each principal may do, in this process's memory: so much at once, and as much again in each window, evenly.
 * What is forgotten for want of memory begins anew.
 */
export interface RateLimits {
  /**
   * Counts a request of `who`, called `name`. Throws `TOOMANYREQUESTS` with the seconds to wait. The returned function
   * takes the bytes that the request moved.
   */
  enter(limit: NonNullable<EffectiveRules['rateLimit']>, who: string, name: string): (bytes: number) => void;
}

interface Bucket {
  requests: number;
  bytes: number;
  at: number;
}

const KEPT = 50_000;
/** Sums of fractions may miss a whole number by so much. */
const ROUNDING = 1e-6;

/** `processes` share the limits evenly: a client's connections come to each of them in turn. */
export function createRateLimits({
  clock,
  processes,
}: {
  readonly clock: Clock;
  readonly processes: number;
}): RateLimits {
  const buckets = new Map<string, Bucket>();
  const capacityOf = (window: RateWindow | undefined) => (window ? Math.max(1, window.limit / processes) : 0);

  function bucketOf(limit: NonNullable<EffectiveRules['rateLimit']>, who: string): Bucket {
    const key = `${limit.place} ${who}`;
    const now = clock.now().getTime();
    const [requests, bytes] = [capacityOf(limit.requests), capacityOf(limit.bytes)];
    const bucket = buckets.get(key) ?? { requests, bytes, at: now };
    const seconds = Math.max(0, now - bucket.at) / 1000;
    bucket.requests = refilled(bucket.requests, requests, limit.requests, seconds);
    bucket.bytes = refilled(bucket.bytes, bytes, limit.bytes, seconds);
    bucket.at = now;
    // The last used is the last to be forgotten.
    buckets.delete(key);
    buckets.set(key, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > KEPT && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  }

  return {
    enter(limit, who, name) {
      const bucket = bucketOf(limit, who);
      const { requests, bytes } = limit;
      if (requests && bucket.requests < 1 - ROUNDING) {
        throw refusal(limit.place, name, 'requests', requests, (1 - bucket.requests) / capacityOf(requests));
      }
      // What one request moves is known only later: who is in debt waits until it is paid.
      if (bytes && bucket.bytes <= 0) {
        throw refusal(limit.place, name, 'bytes', bytes, (1 - bucket.bytes) / capacityOf(bytes));
      }
      bucket.requests -= 1;
      return (moved) => {
        bucket.bytes -= moved;
      };
    },
  };
}

function refilled(level: number, capacity: number, window: RateWindow | undefined, seconds: number): number {
  return window ? Math.min(capacity, level + (capacity * seconds) / window.seconds) : 0;
}

function refusal(place: string, name: string, what: string, window: RateWindow, windows: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(windows * window.seconds - ROUNDING));
  return new AppError(
    'TOOMANYREQUESTS',
    `cannot serve ${name} now: ${nameOfPlace(place)} allows ${window.limit} ${what} in ${window.seconds} s; try again in ${retryAfterSeconds} s`,
    { details: { retryAfterSeconds } },
  );
}
