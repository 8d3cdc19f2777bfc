import { decidingFacts, pullFacts } from '#features/lifecycle/index.ts';
import { parentsOf, tagsOf } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import type { RepositoryState } from '#model/api-images.ts';
import { deprecationSentence, refusalSentence } from '#model/image-state.ts';
import type { Database } from '#platform/database/database.ts';

async function stateIn(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  repository: string,
  digest: Digest,
): Promise<RepositoryState | undefined> {
  const parents = await parentsOf(db, repository, digest);
  const known = await pullFacts(db, repository, digest, parents);
  // A platform of an index has no state of its own: it is served as its index is.
  const facts = decidingFacts(known) ?? known.parents.find((parent) => parent !== undefined);
  if (!facts) return undefined;
  const tags = await tagsOf(db, repository, digest);
  const about = { ...facts, repository, reference: tags[0] ?? digest };
  return {
    repository,
    tags,
    state: facts.state,
    since: facts.since.toISOString(),
    reason: facts.reason,
    successor: facts.successor,
    retiresAt: facts.retiresAt?.toISOString() ?? null,
    notice: refusalSentence(about) ?? deprecationSentence(about, clock.now()) ?? null,
  };
}

/** What each of these repositories says of the image, as a pull would be decided there. */
export async function repositoryStates(
  deps: { readonly db: Database; readonly clock: Clock },
  repositories: readonly string[],
  digest: Digest,
): Promise<RepositoryState[]> {
  const states = await Promise.all(repositories.map((repository) => stateIn(deps, repository, digest)));
  return states.filter((state) => state !== undefined);
}
