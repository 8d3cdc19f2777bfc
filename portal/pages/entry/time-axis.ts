import { DAY_MS } from '#kernel/clock.ts';

export interface TimeAxis {
  readonly years: readonly { readonly year: number; readonly at: number }[];
  readonly today: number;
  /** Where a moment lies, in percent; moments outside lie on the edge. */
  place(time: number): number;
}

const YEAR_MS = 365.25 * DAY_MS;
/** Room for the label of the last end. */
const ROOM_MS = 1.5 * YEAR_MS;
const BACK_MS = 1.8 * YEAR_MS;
const FARTHEST_MS = 8 * YEAR_MS;
const MOST_YEARS = 7;

/**
 * One axis for all tags of an entry: from the first of January about two years ago, or from the oldest push if that is later, to
 * 18 months past the last end, so that no label falls outside.
 */
export function timeAxis(
  spans: readonly { readonly from: number; readonly to: number | null }[],
  now: number,
): TimeAxis {
  const oldest = Math.min(...spans.map((span) => span.from), now);
  const start = Date.UTC(new Date(Math.max(oldest, now - BACK_MS)).getUTCFullYear(), 0, 1);
  const ends = spans.map((span) => Math.min(span.to ?? now + YEAR_MS, now + FARTHEST_MS));
  const end = Math.max(...ends, now) + ROOM_MS;
  const place = (time: number) => (100 * (Math.min(Math.max(time, start), end) - start)) / (end - start);
  const first = new Date(start).getUTCFullYear();
  const last = new Date(end).getUTCFullYear();
  const step = Math.ceil((last - first + 1) / MOST_YEARS);
  const years: { year: number; at: number }[] = [];
  for (let year = first; year <= last; year += step) years.push({ year, at: place(Date.UTC(year, 0, 1)) });
  return { years, today: place(now), place };
}
