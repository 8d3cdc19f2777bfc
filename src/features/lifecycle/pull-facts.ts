import type { StateFacts } from '#model/image-state.ts';
import { isRefused } from './state.ts';

/** What a repository says of one digest, without the reference that a client used. */
export type ImageFacts = Omit<StateFacts, 'reference'> & { readonly digest: string };

/** A digest and the indexes in the same repository that list it. */
export interface PullFacts {
  readonly own: ImageFacts | undefined;
  readonly parents: readonly (ImageFacts | undefined)[];
}

function latest(facts: readonly ImageFacts[]): ImageFacts | undefined {
  return [...facts].sort((a, b) => b.since.getTime() - a.since.getTime())[0];
}

/**
 * The facts that decide a pull: a refused image by its own, a platform image by its indexes when every one of them is
 * refused, or at least deprecated. Undefined when nothing stands against it. One served index serves its platforms.
 */
export function decidingFacts({ own, parents }: PullFacts): ImageFacts | undefined {
  if (own && isRefused(own.state)) return own;
  const known = parents.filter((parent) => parent !== undefined);
  const refused = known.filter((parent) => isRefused(parent.state));
  const ending = known.filter((parent) => isRefused(parent.state) || parent.state === 'deprecated');
  const isWhole = parents.length > 0 && known.length === parents.length;
  if (isWhole && refused.length === parents.length) return latest(refused);
  if (own?.state === 'deprecated') return own;
  if (isWhole && ending.length === parents.length) return latest(ending.filter(({ state }) => state === 'deprecated'));
  return own;
}
