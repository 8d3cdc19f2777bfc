import { useSyncExternalStore } from 'react';
import { formatAgo, formatDate, formatDateTime } from '../format.ts';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let minute = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    minute = Date.now();
    for (const told of listeners) told();
  }, 60_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time, renewed every minute for all that show ages. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(subscribe, () => minute));
}

/** `ago` is relative under 24 h; the exact time is on hover. */
export function Time({ at, form = 'ago' }: { readonly at: string; readonly form?: 'ago' | 'day' | 'exact' }) {
  const now = useNow();
  const words = { ago: () => formatAgo(at, now), day: () => formatDate(at), exact: () => formatDateTime(at) }[form]();
  return (
    <time dateTime={at} title={at.length === 10 ? formatDate(at) : formatDateTime(at)}>
      {words}
    </time>
  );
}
