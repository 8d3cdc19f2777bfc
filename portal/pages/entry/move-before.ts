import type { EntryDetail } from '#model/api-entries.ts';

/** The first end among a consumer's tags that comes before the recommended tag's; null when nothing urges. */
export function moveBefore(
  entry: Pick<EntryDetail, 'tagRows' | 'recommended'>,
  tags: readonly string[],
): string | null {
  const best = entry.recommended;
  const limit = best?.window.endOfLife ?? '9999-12-31';
  const ends = entry.tagRows
    .filter((row) => tags.includes(row.tag) && row.tag !== best?.tag)
    .flatMap(({ window }) => window.endOfLife ?? [])
    .filter((end) => end < limit);
  return ends.sort()[0] ?? null;
}
