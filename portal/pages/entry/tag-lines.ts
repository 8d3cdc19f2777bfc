import type { TagRow } from '#model/api-entries.ts';
import type { ImageState } from '#model/image-state.ts';

export interface TagLine {
  /** `24`; null holds the tags without a number. */
  readonly line: string | null;
  readonly tags: readonly TagRow[];
}

const gone: readonly ImageState[] = ['retired', 'removed', 'rejected', 'quarantined'];

export function isGone(state: ImageState): boolean {
  return gone.includes(state);
}

/** Grouped by release line, the newest line first; in a line the supported before the rest, then the newest first. */
export function tagLines(tags: readonly TagRow[], recommended: string | undefined): readonly TagLine[] {
  const lines = Map.groupBy(tags, ({ tag }) => /^v?(\d+)/.exec(tag)?.[1] ?? null);
  const order = (a: TagRow, b: TagRow) =>
    Number(b.tag === recommended) - Number(a.tag === recommended) ||
    Number(isGone(a.state)) - Number(isGone(b.state)) ||
    b.pushedAt.localeCompare(a.pushedAt) ||
    a.tag.localeCompare(b.tag);
  return [...lines]
    .map(([line, own]) => ({ line, tags: own.toSorted(order) }))
    .sort((a, b) => Number(b.line ?? -1) - Number(a.line ?? -1));
}
