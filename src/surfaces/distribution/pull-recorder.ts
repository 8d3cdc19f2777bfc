import { type CountedPull, type Pull, recordPulls } from '#features/registry/index.ts';
import type { DistributionDeps } from './distribution-deps.ts';

const FLUSH_MS = 5_000;
const MAX_WAITING = 10_000;

/** Counts pulls in memory and writes them in batches; what was counted when the process dies hard is lost. */
export interface PullRecorder {
  record(pull: Pull): void;
  /** Writes what waits. */
  flush(): Promise<void>;
}

export function createPullRecorder({ db, clock, log }: Pick<DistributionDeps, 'db' | 'clock' | 'log'>): PullRecorder {
  let waiting = new Map<string, CountedPull>();
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (waiting.size === 0) return;
    const batch = [...waiting.values()];
    waiting = new Map();
    try {
      await recordPulls(db, batch);
    } catch (error) {
      log.error({ err: error, pulls: batch.length }, 'pull records lost');
    }
  }

  return {
    record(pull) {
      const key = `${pull.repository} ${pull.digest} ${pull.tag ?? ''} ${pull.principal}`;
      waiting.set(key, { ...pull, count: (waiting.get(key)?.count ?? 0) + 1, lastAt: clock.now() });
      if (waiting.size >= MAX_WAITING) void flush();
      else timer ??= setTimeout(() => void flush(), FLUSH_MS).unref();
    },
    flush,
  };
}
