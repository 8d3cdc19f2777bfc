import { z } from 'zod';

/** Where an end date comes from. */
export const WindowSource = z.enum(['distribution', 'runtime', 'artifact', 'owner']);
export type WindowSource = z.infer<typeof WindowSource>;

/** One source of an end date. `endOfLife` is a day (YYYY-MM-DD); null: this source knows of no end. */
export const SupportDate = z.object({
  source: WindowSource,
  /** What ends, in words: `Alpine Linux 3.20`, `Node.js 20`. */
  subject: z.string(),
  endOfLife: z.string().nullable(),
});
export type SupportDate = z.infer<typeof SupportDate>;

/** The support window of an image: the earliest date counts. `known` is false when no source says anything. */
export const SupportWindow = z.object({
  known: z.boolean(),
  endOfLife: z.string().nullable(),
  decidedBy: SupportDate.nullable(),
  dates: z.array(SupportDate),
});
export type SupportWindow = z.infer<typeof SupportWindow>;

export function supportWindow(dates: readonly SupportDate[]): SupportWindow {
  const ending = dates.filter((date) => date.endOfLife !== null);
  ending.sort((a, b) => (a.endOfLife ?? '').localeCompare(b.endOfLife ?? ''));
  const earliest = ending[0] ?? null;
  return { known: dates.length > 0, endOfLife: earliest?.endOfLife ?? null, decidedBy: earliest, dates: [...dates] };
}
