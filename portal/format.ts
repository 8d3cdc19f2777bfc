import { DAY_MS } from '#kernel/clock.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH_DAYS = 30.44;
const THIN_SPACE = '\u2009';

/** `23 Nov 2026`; a bare day (YYYY-MM-DD) stays that day in every zone. */
export function formatDate(text: string): string {
  const date = new Date(text.length === 10 ? `${text}T12:00:00` : text);
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
}

/** `23 Nov 2026, 15:31`, in the reader's zone. */
export function formatDateTime(text: string): string {
  const date = new Date(text);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${formatDate(text)}, ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `Apr 2028`. */
export function formatMonth(day: string): string {
  return `${MONTHS[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;
}

/** `2 h ago` under 24 h, else the date. */
export function formatAgo(text: string, now: Date): string {
  const minutes = Math.floor((now.getTime() - Date.parse(text)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes}${THIN_SPACE}min ago`;
  if (minutes < 1440) return `${Math.floor(minutes / 60)}${THIN_SPACE}h ago`;
  return formatDate(text);
}

/** Whole days from now until the day; negative when it is past. */
export function daysUntil(day: string, now: Date): number {
  return Math.ceil((Date.parse(`${day.slice(0, 10)}T00:00:00Z`) - now.getTime()) / DAY_MS) || 0; // never -0
}

/** `37 days`, `5 months`, `2.9 years`. */
export function formatDays(days: number): string {
  const count = Math.abs(days);
  if (count < 46) return count === 1 ? '1 day' : `${count} days`;
  const months = count / MONTH_DAYS;
  if (months < 23.5) return `${Math.round(months)} months`;
  return `${(count / 365.25).toFixed(1).replace(/\.0$/, '')} years`;
}

/** Sizes in units of 1000: `389 MB`, `4.2 kB`. */
export function formatSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, '')}${THIN_SPACE}${units[unit]}`;
}

/** `12,904`, by the reader's locale. */
export function formatCount(count: number): string {
  return count.toLocaleString();
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}${THIN_SPACE}ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)}${THIN_SPACE}s`;
  return `${Math.floor(seconds / 60)}${THIN_SPACE}min ${Math.round(seconds % 60)}${THIN_SPACE}s`;
}
