import { AppError } from '#kernel/errors.ts';

/**
 * Runs long work for a request, only so many at once and each only so long. What is over its time goes on without anybody
 * who waits; its place is free again when it ends.
 */
export function boundedRuns({ atOnce, timeoutMs }: { readonly atOnce: number; readonly timeoutMs: number }) {
  let running = 0;

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
    }
  }

  return async function run<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      throw new AppError('too-many', `cannot ${what} now: ${atOnce} are under way; try again in a minute`);
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const message = `cannot ${what} in time: it takes over ${timeoutMs / 1000} s`;
      timer = setTimeout(() => reject(new AppError('unavailable', message)), timeoutMs);
    });
    try {
      return await Promise.race([counted(work), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}
