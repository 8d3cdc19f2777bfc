import type { KeptRecommendation, KeptTagRow } from './tables.ts';

const preference = ['approved', 'deprecated', 'retired', 'quarantined'];

function rank(row: KeptTagRow): number {
  const index = preference.indexOf(row.state);
  return index < 0 ? preference.length : index;
}

/** Newest first; of one image under several tags, the most precise name (the longest, then the last in order). */
function compareTags(a: KeptTagRow, b: KeptTagRow): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a.tag === 'latest' || b.tag === 'latest') {
    if (a.digest === b.digest) return a.tag === 'latest' ? 1 : -1;
  }
  return b.pushedAt.localeCompare(a.pushedAt) || b.tag.length - a.tag.length || b.tag.localeCompare(a.tag);
}

/** What an entry recommends: its newest supported tag, or, when none is supported, the newest of the rest. */
export function recommendedOf(rows: readonly KeptTagRow[]): KeptRecommendation | null {
  const [best] = [...rows].sort(compareTags);
  if (!best) return null;
  return {
    tag: best.tag,
    digest: best.digest,
    state: best.state,
    distribution: best.distribution,
    platforms: best.platforms,
    window: best.window,
  };
}

/** The newest supported tag of an entry other than the image itself: what a retired one is replaced by. */
export function successorAmong(rows: readonly KeptTagRow[], digest: string): KeptTagRow | undefined {
  return [...rows].filter((row) => row.state === 'approved' && row.digest !== digest).sort(compareTags)[0];
}
