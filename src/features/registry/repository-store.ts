import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import type { RegistryTables } from './tables.ts';

export async function findRepositoryId(db: Database, name: string): Promise<number | undefined> {
  const t = db.withTables<RegistryTables>();
  const row = await t.selectFrom('registry_repository').select('id').where('name', '=', name).executeTakeFirst();
  return row?.id;
}

/** A repository begins to exist with the first thing that is put into it. */
export async function ensureRepositoryId(db: Database, name: string): Promise<number> {
  const t = db.withTables<RegistryTables>();
  const known = await findRepositoryId(db, name);
  if (known !== undefined) return known;
  const created = await t
    .insertInto('registry_repository')
    .values({ name })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ name }))
    .returning('id')
    .executeTakeFirstOrThrow();
  return created.id;
}

/** Names in order, of repositories that hold a manifest; `after` is the last name of the page before. */
export async function listRepositories(
  db: Database,
  page: { readonly after?: string; readonly limit: number; readonly prefix?: string },
): Promise<string[]> {
  const t = db.withTables<RegistryTables>();
  let query = t
    .selectFrom('registry_repository as r')
    .select('r.name')
    .where((eb) =>
      eb.exists(
        eb.selectFrom('registry_repository_manifest as l').select('l.digest').whereRef('l.repository_id', '=', 'r.id'),
      ),
    )
    .orderBy('r.name')
    .limit(page.limit);
  if (page.after !== undefined) query = query.where('r.name', '>', page.after);
  // In the collation "C" everything that begins with the prefix lies between it and the prefix with a last character.
  if (page.prefix) query = query.where('r.name', '>=', page.prefix).where('r.name', '<', `${page.prefix}\u{10ffff}`);
  return (await query.execute()).map((row) => row.name);
}

/** The repositories that hold a manifest, by name. */
export async function repositoriesOf(db: Database, digest: Digest): Promise<string[]> {
  const t = db.withTables<RegistryTables>();
  const rows = await t
    .selectFrom('registry_repository_manifest as l')
    .innerJoin('registry_repository as r', 'r.id', 'l.repository_id')
    .select('r.name')
    .where('l.digest', '=', digest)
    .orderBy('r.name')
    .execute();
  return rows.map((row) => row.name);
}

/** As `repositoriesOf`, of each. */
export async function repositoriesOfEach(
  db: Database,
  digests: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await sql<{ digest: string; names: string[] }>`
    select l.digest, array_agg(r.name order by r.name) as names
    from registry_repository_manifest l join registry_repository r on r.id = l.repository_id
    where l.digest = any(${[...digests]}::text[]) group by l.digest`.execute(db);
  return new Map(rows.map((row) => [row.digest, row.names]));
}
