import { addDays } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { type Taken, takeLinks } from '../image-store.ts';
import { findRepositoryId } from '../repository-store.ts';
import { takeTag } from '../tag-store.ts';
import { keepDeleted } from './deletion-store.ts';
import { immutableSentence } from './immutable-tags.ts';
import type { EffectiveRules } from './rule-book.ts';

export interface DeletionRequest {
  readonly repository: string;
  /** By tag only the tag goes; by digest the manifest with all its tags. */
  readonly reference: string;
  /** What the reference is, when it is a digest. */
  readonly digest: Digest | undefined;
  readonly by: string;
  readonly at: Date;
}

/**
 * Deletes a tag or a manifest as the repository's rules allow, and keeps it for undeletion where they say so. Undefined when
 * it was not there. Whole only in a transaction. Throws `DENIED` for an immutable tag.
 */
export async function deleteReference(
  db: Database,
  rules: EffectiveRules,
  request: DeletionRequest,
): Promise<Digest | undefined> {
  const { repository, reference } = request;
  const repositoryId = await findRepositoryId(db, repository);
  if (repositoryId === undefined) return undefined;
  const taken = request.digest
    ? await takeLinks(db, repositoryId, [request.digest])
    : await takenTag(db, repositoryId, reference);
  const digest = request.digest ? taken.manifests[0]?.digest : taken.tags[0]?.digest;
  if (digest === undefined) return undefined;
  const tags = taken.tags.map(({ name }) => name);
  const refusal = immutableSentence(rules, { repository, tags, verb: 'delete' });
  if (refusal) throw new AppError('DENIED', refusal);
  await keepTaken(db, rules, { ...request, repositoryId, digest, reason: 'deleted' }, taken);
  return digest;
}

async function takenTag(db: Database, repositoryId: number, name: string): Promise<Taken> {
  const tag = await takeTag(db, repositoryId, name);
  return { manifests: [], tags: tag ? [tag] : [] };
}

/** Holds what was taken where the rules let it come back. */
export async function keepTaken(
  db: Database,
  { undelete }: EffectiveRules,
  deletion: {
    readonly repositoryId: number;
    readonly reference: string;
    readonly digest: Digest;
    readonly reason: string;
    readonly by: string;
    readonly at: Date;
  },
  taken: Taken,
): Promise<void> {
  if (!undelete) return;
  await keepDeleted(db, { ...deletion, expiresAt: addDays(deletion.at, undelete.days) }, taken);
}
