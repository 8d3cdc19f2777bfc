import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { copyLinks, listSharedWithin, listTree, removeLinks } from './image-store.ts';
import type { ManifestFacts } from './manifest.ts';
import { listReferrers } from './manifest-store.ts';
import { ensureRepositoryId, findRepositoryId } from './repository-store.ts';

/** More than any image has; a stop for a repository that was filled with referrers on purpose. */
const MAX_MANIFESTS = 20_000;

/**
 * Makes an image (index, platform manifests, blobs) and the referrers that `carries` chooses, and theirs, appear in
 * another repository; no bytes are copied, no tag is set. Says what was not there before. Whole only in a transaction.
 * Throws `MANIFEST_UNKNOWN` when the source does not have the image.
 */
export async function linkImage(
  db: Database,
  image: { readonly from: string; readonly to: string; readonly digest: Digest },
  carries: (referrer: ManifestFacts) => boolean,
): Promise<Digest[]> {
  const sourceId = await findRepositoryId(db, image.from);
  const manifests = await collectImage(db, image.from, image.digest, carries);
  if (sourceId === undefined || manifests.size === 0) {
    throw new AppError('MANIFEST_UNKNOWN', `cannot find image ${image.digest}: ${image.from} does not have it`);
  }
  return copyLinks(db, sourceId, await ensureRepositoryId(db, image.to), [...manifests]);
}

/**
 * The opposite: takes the image, its platform manifests that no other index in the repository lists, and everything
 * that refers to what was taken out of the repository, with its tags. Says what was there.
 */
export async function unlinkManifest(db: Database, repository: string, digest: Digest): Promise<Digest[]> {
  const repositoryId = await findRepositoryId(db, repository);
  if (repositoryId === undefined) return [];
  return removeLinks(db, repositoryId, await collectLeaving(db, repository, repositoryId, digest));
}

/** What leaves a repository with an image: see `unlinkManifest`. */
export async function collectLeaving(
  db: Database,
  repository: string,
  repositoryId: number,
  digest: Digest,
): Promise<Digest[]> {
  const tree = await listTree(db, repository, digest);
  const shared = new Set(await listSharedWithin(db, repositoryId, tree));
  shared.delete(digest);
  const leaving = new Set<Digest>();
  for (const manifest of tree.filter((member) => !shared.has(member))) {
    for (const member of await collectReferrers(db, repository, manifest, () => true)) leaving.add(member);
    leaving.add(manifest);
  }
  return [...leaving];
}

/** Takes one manifest and its tags out of a repository, nothing else; false when it was not there. */
export async function deleteManifest(db: Database, repository: string, digest: Digest): Promise<boolean> {
  const repositoryId = await findRepositoryId(db, repository);
  return repositoryId !== undefined && (await removeLinks(db, repositoryId, [digest])).length > 0;
}

async function collectImage(
  db: Database,
  repository: string,
  digest: Digest,
  carries: (referrer: ManifestFacts) => boolean,
): Promise<Set<Digest>> {
  const found = new Set<Digest>(await listTree(db, repository, digest));
  for (const member of [...found]) {
    for (const referrer of await collectReferrers(db, repository, member, carries)) found.add(referrer);
  }
  return found;
}

/** Referrers, and what those list and are referred to by. */
async function collectReferrers(
  db: Database,
  repository: string,
  subject: Digest,
  carries: (referrer: ManifestFacts) => boolean,
): Promise<Set<Digest>> {
  const found = new Set<Digest>();
  const waiting = [subject];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for await (const referrer of everyReferrer(db, repository, next)) {
      if (found.has(referrer.digest) || !carries(referrer)) continue;
      const members = referrer.kind === 'index' ? await listTree(db, repository, referrer.digest) : [referrer.digest];
      for (const member of members) found.add(member);
      waiting.push(...members);
      if (found.size > MAX_MANIFESTS) {
        throw new AppError('limit-reached', `cannot follow referrers of ${subject}: there are over ${MAX_MANIFESTS}`);
      }
    }
  }
  return found;
}

async function* everyReferrer(db: Database, repository: string, subject: Digest): AsyncGenerator<ManifestFacts> {
  let after: Digest | undefined;
  do {
    const page = await listReferrers(db, repository, subject, after ? { after } : {});
    yield* page.referrers;
    after = page.next;
  } while (after);
}
