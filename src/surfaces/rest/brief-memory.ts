import type { Clock } from '#kernel/clock.ts';

interface Kept<T> {
  readonly value: Promise<T>;
  readonly until: number;
}

/**
 * Remembers what was read for the first page of a list, so that its other pages need not read it again. The first page is
 * always read anew.
 */
export function briefMemory<T>(
  clock: Clock,
  { keepMs, atMost }: { readonly keepMs: number; readonly atMost: number },
): (key: string, isFirst: boolean, load: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, Kept<T>>();

  return (key, isFirst, load) => {
    const known = kept.get(key);
    if (!isFirst && known && known.until > clock.now().getTime()) return known.value;
    kept.delete(key);
    const [oldest] = kept.keys();
    if (kept.size >= atMost && oldest !== undefined) kept.delete(oldest);
    const value = load();
    kept.set(key, { value, until: clock.now().getTime() + keepMs });
    value.catch(() => kept.delete(key));
    return value;
  };
}
