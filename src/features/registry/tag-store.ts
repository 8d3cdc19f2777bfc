import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { findRepositoryId } from './repository-store.ts';
import type { RegistryTables } from './tables.ts';

export interface Tag {
  readonly name: string;
  readonly digest: Digest;
  readonly updatedAt: Date;
}

/** Points tags to a manifest that is in the repository; a tag that points there already keeps its date. */
export async function setTags(
  db: Database,
  repositoryId: number,
  names: readonly string[],
  digest: Digest,
): Promise<void> {
  if (names.length === 0) return;
  const t = db.withTables<RegistryTables>();
  // In order, so that two pushes of the same tags wait for each other instead of deadlocking.
  const rows = [...new Set(names)].sort().map((name) => ({ repository_id: repositoryId, name, digest }));
  await t
    .insertInto('registry_tag')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['repository_id', 'name'])
        .doUpdateSet((eb) => ({ digest: eb.ref('excluded.digest'), updated_at: eb.fn('now') }))
        .whereRef('registry_tag.digest', 'is distinct from', 'excluded.digest'),
    )
    .execute();
}

/** Throws `MANIFEST_UNKNOWN` when the repository does not have the manifest. */
export async function moveTag(db: Database, repository: string, tag: string, digest: Digest): Promise<void> {
  const t = db.withTables<RegistryTables>();
  const link = await t
    .selectFrom('registry_repository_manifest as l')
    .innerJoin('registry_repository as r', 'r.id', 'l.repository_id')
    .select('l.repository_id')
    .where('r.name', '=', repository)
    .where('l.digest', '=', digest)
    .executeTakeFirst();
  if (!link) {
    throw new AppError('MANIFEST_UNKNOWN', `cannot tag ${repository}:${tag}: the repository does not have ${digest}`);
  }
  await setTags(db, link.repository_id, [tag], digest);
}

/** In the order of the bytes of the names; `after` is the last name of the page before. */
export async function listTags(
  db: Database,
  repository: string,
  page: { readonly after?: string; readonly limit?: number } = {},
): Promise<Tag[]> {
  const t = db.withTables<RegistryTables>();
  let query = t
    .selectFrom('registry_repository as r')
    .innerJoin('registry_tag as g', 'g.repository_id', 'r.id')
    .select(['g.name', 'g.digest', 'g.updated_at as updatedAt'])
    .where('r.name', '=', repository)
    .orderBy('g.name')
    .limit(page.limit ?? 1000);
  if (page.after !== undefined) query = query.where('g.name', '>', page.after);
  return query.execute();
}

/** The tags that point to a manifest, in order. */
export async function listTagsOf(db: Database, repository: string, digest: Digest): Promise<Tag[]> {
  const t = db.withTables<RegistryTables>();
  return t
    .selectFrom('registry_repository as r')
    .innerJoin('registry_tag as g', 'g.repository_id', 'r.id')
    .select(['g.name', 'g.digest', 'g.updated_at as updatedAt'])
    .where('r.name', '=', repository)
    .where('g.digest', '=', digest)
    .orderBy('g.name')
    .execute();
}

/** The names of the tags that point to a manifest, in order. */
export async function tagsOf(db: Database, repository: string, digest: Digest): Promise<string[]> {
  return (await listTagsOf(db, repository, digest)).map((tag) => tag.name);
}

/** The manifest stays. Undefined when there was no such tag. */
export async function takeTag(db: Database, repositoryId: number, tag: string): Promise<Tag | undefined> {
  const t = db.withTables<RegistryTables>();
  return t
    .deleteFrom('registry_tag')
    .where('repository_id', '=', repositoryId)
    .where('name', '=', tag)
    .returning(['name', 'digest', 'updated_at as updatedAt'])
    .executeTakeFirst();
}

/** The manifest stays. Undefined when there was no such tag, else the digest that it pointed to. */
export async function deleteTag(db: Database, repository: string, tag: string): Promise<Digest | undefined> {
  const repositoryId = await findRepositoryId(db, repository);
  return repositoryId === undefined ? undefined : (await takeTag(db, repositoryId, tag))?.digest;
}

/** Those of the tags that exist. Until the transaction ends, all who call this for one of them wait, existing or not. */
export async function lockTags(db: Database, repository: string, names: readonly string[]): Promise<Tag[]> {
  // In order, so that two pushes of the same tags wait for each other instead of deadlocking.
  for (const name of [...new Set(names)].sort()) {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`tag ${repository}:${name}`}, 0))`.execute(db);
  }
  const rows = await sql<Tag>`select g.name, g.digest, g.updated_at as "updatedAt"
    from registry_repository r join registry_tag g on g.repository_id = r.id
    where r.name = ${repository} and g.name = any(${[...names]}::text[]) order by g.name`.execute(db);
  return rows.rows;
}
