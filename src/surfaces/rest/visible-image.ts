import { getManifestByDigest, repositoriesOf, type StoredManifest } from '#features/registry/index.ts';
import { type Digest, parseDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { isAllowed } from '#model/access.ts';
import { intakeRepository, kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import type { Caller } from './route.ts';

/** An image, with those of its repositories that the caller may read. */
export interface VisibleImage {
  readonly digest: Digest;
  readonly manifest: StoredManifest;
  readonly repositories: readonly string[];
}

export function mayRead(caller: Caller, repository: string): boolean {
  return isAllowed(caller.principal, 'image.read', namespaceOf(repository));
}

export async function readableRepositories(db: Database, caller: Caller, digest: Digest): Promise<string[]> {
  return (await repositoriesOf(db, digest)).filter((repository) => mayRead(caller, repository));
}

/** What one may not see looks like what is not there. Throws `not-found`. */
export async function getVisibleImage(db: Database, caller: Caller, text: string): Promise<VisibleImage> {
  const digest = parseDigest(text);
  const repositories = await readableRepositories(db, caller, digest);
  const manifest = repositories.length > 0 ? await getManifestByDigest(db, digest) : undefined;
  if (manifest && manifest.kind !== 'artifact') return { digest, manifest, repositories };
  throw new AppError('not-found', `cannot find image ${digest}: no repository that you may see has it`);
}

/** Where verdicts and acceptances of the image hang: its repositories, and for cataloged ones where they were judged. */
export function judgedIn(repositories: readonly string[]): string[] {
  const isCatalog = (name: string) => kindOfNamespace(namespaceOf(name)) === 'catalog';
  const catalog = repositories.filter(isCatalog);
  return [...new Set([...catalog, ...repositories, ...catalog.map(intakeRepository)])];
}
