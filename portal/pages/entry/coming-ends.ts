import type { EntryDetail } from '#model/api-entries.ts';
import { type SupportTone, supportTone } from '../../parts/support-bar.tsx';
import { isGone } from './tag-lines.ts';

export interface ComingEnd {
  readonly day: string;
  /** What ends: `Node.js 22`. */
  readonly subject: string;
  readonly tags: readonly string[];
  readonly tone: SupportTone;
}

const SHOWN = 4;

/** The next ends among the tags that are still served, each with the tags it takes along. */
export function comingEnds({ tagRows }: EntryDetail, now: Date): readonly ComingEnd[] {
  const ending = tagRows.filter(({ state, window }) => !isGone(state) && window.endOfLife !== null);
  const groups = Map.groupBy(ending, ({ window }) => `${window.endOfLife} ${window.decidedBy?.subject ?? ''}`);
  return [...groups.values()]
    .flatMap((rows) => {
      const [first] = rows;
      const day = first?.window.endOfLife;
      if (!first || !day) return [];
      const subject = first.window.decidedBy?.subject ?? '';
      return [{ day, subject, tags: rows.map(({ tag }) => tag), tone: supportTone(first.window, now) }];
    })
    .sort((a, b) => a.day.localeCompare(b.day))
    .slice(0, SHOWN);
}
