import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import { ensureRepositoryId, findRepositoryId } from './repository-store.ts';
import type { RegistryTables } from './tables.ts';

export interface BlobFacts {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** The bytes, where they are few; null where they are in the blob store. */
  readonly content: Buffer | null;
}

/** A blob as a repository's readers may see it; undefined when the repository does not have it. */
export async function findBlob(db: Database, repository: string, digest: Digest): Promise<BlobFacts | undefined> {
  const t = db.withTables<RegistryTables>();
  return t
    .selectFrom('registry_repository as r')
    .innerJoin('registry_repository_blob as l', 'l.repository_id', 'r.id')
    .innerJoin('registry_blob as b', 'b.digest', 'l.digest')
    .select(['b.digest', 'b.size_bytes as sizeBytes', 'b.content'])
    .where('r.name', '=', repository)
    .where('l.digest', '=', digest)
    .executeTakeFirst();
}

/** A blob wherever it is linked. */
export async function findBlobByDigest(db: Database, digest: Digest): Promise<BlobFacts | undefined> {
  const t = db.withTables<RegistryTables>();
  return t
    .selectFrom('registry_blob')
    .select(['digest', 'size_bytes as sizeBytes', 'content'])
    .where('digest', '=', digest)
    .executeTakeFirst();
}

/** A link that was made so recently is not made younger again. */
const FRESH = sql`interval '10 minutes'`;

/**
 * Records a blob whose bytes are durable (or given as `content`) and puts it into the repository. True when no row knew
 * the blob: its bytes may then have been deleted as garbage until this moment, and cannot be from now on.
 */
export async function recordBlob(db: Database, repository: string, blob: BlobFacts): Promise<boolean> {
  const repositoryId = await ensureRepositoryId(db, repository);
  // A row that is there is locked, so that it stays until its link is: the collector passes over it.
  const recorded = await sql<{ isNew: boolean }>`with known as (
    select digest from registry_blob where digest = ${blob.digest} for key share
  ), made as (
    insert into registry_blob (digest, size_bytes, content)
    select ${blob.digest}, ${blob.sizeBytes}::bigint, ${blob.content}::bytea where not exists (select from known)
    on conflict (digest) do nothing returning digest
  ), ${linkOf(repositoryId, blob.digest, sql`select`)}
  select exists (select from made) as "isNew"`.execute(db);
  return recorded.rows[0]?.isNew ?? false;
}

/** Puts a blob that is here already into another repository; false when it is not here. */
export async function linkBlob(db: Database, repository: string, digest: Digest): Promise<boolean> {
  const repositoryId = await ensureRepositoryId(db, repository);
  const linked = await sql<{ isHere: boolean }>`with known as (
    select digest from registry_blob where digest = ${digest} for key share
  ), ${linkOf(repositoryId, digest, sql`select from known`)}
  select exists (select from known) as "isHere"`.execute(db);
  return linked.rows[0]?.isHere ?? false;
}

/** The link, made or made young again, where `condition` has a row. A young one is locked, so that it stays. */
function linkOf(repositoryId: number, digest: Digest, condition: ReturnType<typeof sql>) {
  return sql`young as (
    select digest from registry_repository_blob
    where repository_id = ${repositoryId} and digest = ${digest} and linked_at > now() - ${FRESH} for key share
  ), link as (
    insert into registry_repository_blob (repository_id, digest)
    select ${repositoryId}::bigint, ${digest}
    where exists (${condition}) and not exists (select from young)
    on conflict (repository_id, digest) do update set linked_at = now()
  )`;
}

/** The repositories that hold a blob, by name; at most `limit`. */
export async function repositoriesWithBlob(db: Database, digest: Digest, limit: number): Promise<string[]> {
  const t = db.withTables<RegistryTables>();
  const rows = await t
    .selectFrom('registry_repository_blob as l')
    .innerJoin('registry_repository as r', 'r.id', 'l.repository_id')
    .select('r.name')
    .where('l.digest', '=', digest)
    .orderBy('r.name')
    .limit(limit)
    .execute();
  return rows.map((row) => row.name);
}

/**
 * Which of these blobs the repository does not have. Those that it has cannot be taken out of it before the transaction
 * ends.
 */
export async function listMissingBlobs(
  db: Database,
  repositoryId: number,
  digests: readonly Digest[],
): Promise<Digest[]> {
  if (digests.length === 0) return [];
  const found = await sql<{ digest: Digest }>`select digest from registry_repository_blob
    where repository_id = ${repositoryId} and digest = any(${digests}::text[])
    order by digest for key share`.execute(db);
  const present = new Set(found.rows.map((row) => row.digest));
  return digests.filter((digest) => !present.has(digest));
}

/**
 * Takes a blob out of a repository. `used`: a manifest in the repository needs it, and nothing was done. Right beside
 * concurrent pushes only in a transaction.
 */
export async function unlinkBlob(
  db: Database,
  repository: string,
  digest: Digest,
): Promise<'unlinked' | 'unknown' | 'used'> {
  const repositoryId = await findRepositoryId(db, repository);
  if (repositoryId === undefined) return 'unknown';
  const t = db.withTables<RegistryTables>();
  // Waits for pushes that count on the blob; only what is asked after that sees their manifests.
  const link = await t
    .selectFrom('registry_repository_blob')
    .select('digest')
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .forUpdate()
    .executeTakeFirst();
  if (!link) return 'unknown';
  if (await isUsed(db, repositoryId, digest)) return 'used';
  await t
    .deleteFrom('registry_repository_blob')
    .where('repository_id', '=', repositoryId)
    .where('digest', '=', digest)
    .execute();
  await keepForUndeletion(db, repositoryId, digest);
  return 'unlinked';
}

/** A manifest that may come back comes back with this blob. */
async function keepForUndeletion(db: Database, repositoryId: number, digest: Digest): Promise<void> {
  await sql`insert into registry_deleted_blob (repository_id, digest)
    select ${repositoryId}::bigint, ${digest} where exists (select from registry_manifest_blob u
      join registry_deleted_manifest d on d.digest = u.manifest and d.repository_id = ${repositoryId}
      where u.blob = ${digest}) on conflict do nothing`.execute(db);
}

async function isUsed(db: Database, repositoryId: number, digest: Digest): Promise<boolean> {
  const t = db.withTables<RegistryTables>();
  const user = await t
    .selectFrom('registry_manifest_blob as u')
    .innerJoin('registry_repository_manifest as l', 'l.digest', 'u.manifest')
    .select('u.manifest')
    .where('u.blob', '=', digest)
    .where('l.repository_id', '=', repositoryId)
    .limit(1)
    .executeTakeFirst();
  return user !== undefined;
}

/**
 * Whether a blob belongs to one of these images and to no other in the repository. A platform image is one of them as well
 * when all of its indexes are.
 */
export async function isOnlyOf(
  db: Database,
  repository: string,
  blob: Digest,
  images: readonly string[],
): Promise<boolean> {
  const result = await sql<{ isOnly: boolean }>`
    with given as (select ${images}::text[] as digests),
    users as (
      select u.manifest, u.manifest = any(g.digests) or (
        exists (select 1 from registry_manifest_child c where c.child = u.manifest and c.parent = any(g.digests))
        and not exists (select 1 from registry_manifest_child c where c.child = u.manifest and c.parent <> all(g.digests))
      ) as "isOneOf"
      from registry_manifest_blob u cross join given g where u.blob = ${blob}
    )
    select exists (select 1 from users where "isOneOf") and not exists (
      select 1 from users u
      join registry_repository_manifest l on l.digest = u.manifest
      join registry_repository r on r.id = l.repository_id
      where r.name = ${repository} and not u."isOneOf"
    ) as "isOnly"`.execute(db);
  return result.rows[0]?.isOnly ?? false;
}
