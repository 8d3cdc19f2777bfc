import { sleep } from '#kernel/async.ts';

/** Lets so many bytes a second pass, on average over the last second. */
export function createPace(bytesPerSecond: number): (bytes: number, signal: AbortSignal) => Promise<void> {
  let free = performance.now();
  return async (bytes, signal) => {
    const now = performance.now();
    free = Math.max(free, now - 1000) + (bytes / bytesPerSecond) * 1000;
    if (free > now) await sleep(free - now, signal);
  };
}
