import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { EVERYWHERE } from '#model/namespace-rules.ts';
import type { Database } from '#platform/database/database.ts';
import type { Taken } from '../image-store.ts';
import type { RegistryTables } from '../tables.ts';

export interface Deletion {
  readonly id: number;
  readonly repository: string;
  /** The tag or the digest that was named. */
  readonly reference: string;
  readonly digest: Digest;
  readonly reason: string;
  readonly deletedBy: string;
  readonly deletedAt: Date;
  /** From then on it cannot come back. */
  readonly expiresAt: Date;
  readonly tags: readonly string[];
  /** 0 where only a tag was deleted. */
  readonly manifests: number;
}

export interface NewDeletion {
  readonly repositoryId: number;
  readonly reference: string;
  readonly digest: Digest;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  readonly expiresAt: Date;
}

/** Holds what was taken out of a repository until it expires or comes back. In the transaction that took it out. */
export async function keepDeleted(db: Database, deletion: NewDeletion, taken: Taken): Promise<void> {
  const { repositoryId, reference, digest, reason, by, at, expiresAt } = deletion;
  const { id } = await db
    .withTables<RegistryTables>()
    .insertInto('registry_deletion')
    .values({
      repository_id: repositoryId,
      ...{ reference, digest, reason },
      deleted_by: by,
      deleted_at: at,
      expires_at: expiresAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { manifests, tags } = taken;
  await sql`insert into registry_deleted_manifest (deletion_id, repository_id, digest, pushed_by, linked_at)
    select ${id}::bigint, ${repositoryId}::bigint, given.* from unnest(
      ${manifests.map((each) => each.digest)}::text[],
      ${manifests.map((each) => each.pushedBy)}::text[],
      ${manifests.map((each) => each.linkedAt.toISOString())}::timestamptz[]
    ) as given`.execute(db);
  await sql`insert into registry_deleted_tag (deletion_id, name, digest, updated_at)
    select ${id}::bigint, given.* from unnest(
      ${tags.map((each) => each.name)}::text[],
      ${tags.map((each) => each.digest)}::text[],
      ${tags.map((each) => each.updatedAt.toISOString())}::timestamptz[]
    ) as given`.execute(db);
}

export interface DeletionQuery {
  /** A repository, or everything below a path. */
  readonly place?: string | undefined;
  readonly reference?: string | undefined;
  readonly now: Date;
  /** The id of the last row of the page before. */
  readonly after?: number | undefined;
  readonly limit: number;
}

/** What may still come back, the latest first. */
export async function listDeletions(db: Database, query: DeletionQuery): Promise<Deletion[]> {
  const { place = EVERYWHERE, reference, now, after, limit } = query;
  const below = sql`(r.name = ${place} or (r.name > ${`${place}/`} and r.name < ${`${place}0`}))`;
  const tagged = sql`exists (select from registry_deleted_tag g where g.deletion_id = d.id and g.name = ${reference})`;
  const rows = await sql<Deletion>`
    select d.id, r.name as repository, d.reference, d.digest, d.reason, d.deleted_by as "deletedBy",
      d.deleted_at as "deletedAt", d.expires_at as "expiresAt",
      array(select g.name from registry_deleted_tag g where g.deletion_id = d.id order by g.name) as tags,
      (select count(*) from registry_deleted_manifest m where m.deletion_id = d.id) as manifests
    from registry_deletion d join registry_repository r on r.id = d.repository_id
    where d.expires_at > ${now.toISOString()}::timestamptz
      and ${place === EVERYWHERE ? sql`true` : below}
      and ${reference === undefined ? sql`true` : sql`(d.reference = ${reference} or d.digest = ${reference} or ${tagged})`}
      and ${after === undefined ? sql`true` : sql`d.id < ${after}`}
    order by d.id desc limit ${limit}`.execute(db);
  return rows.rows;
}

/** Throws `not-found` for what never was, came back already or has expired. */
export async function getDeletion(db: Database, id: number, now: Date): Promise<Deletion> {
  const [found] = await listDeletions(db, { now, after: id + 1, limit: 1 });
  if (found?.id === id) return found;
  throw new AppError('not-found', `cannot find deletion ${id}: it came back, or its time is over`);
}

export interface Undeleted {
  readonly tags: readonly string[];
  /** Tags that name something else by now: they stay as they are. */
  readonly takenTags: readonly string[];
}

/**
 * Brings back what was deleted. It counts as pushed now, so that retention does not take it again at once. In a
 * transaction. Throws `not-found`, and `conflict` when a tag's image is not in the repository any more.
 */
export async function undelete(db: Database, id: number, now: Date): Promise<Undeleted> {
  const t = db.withTables<RegistryTables>();
  const locked = await t
    .selectFrom('registry_deletion')
    .select('id')
    .where('id', '=', id)
    .where('expires_at', '>', now)
    .forUpdate()
    .executeTakeFirst();
  if (!locked) throw new AppError('not-found', `cannot undelete ${id}: it came back, or its time is over`);
  const at = sql`${now.toISOString()}::timestamptz`;
  await sql`insert into registry_repository_manifest (repository_id, digest, pushed_by, linked_at)
    select repository_id, digest, pushed_by, ${at} from registry_deleted_manifest where deletion_id = ${id}
    order by digest on conflict do nothing`.execute(db);
  await sql`insert into registry_repository_blob (repository_id, digest)
    select b.repository_id, b.digest from registry_deleted_blob b
    join registry_deletion d on d.repository_id = b.repository_id and d.id = ${id}
    where exists (select from registry_manifest_blob u join registry_deleted_manifest m on m.digest = u.manifest
      where m.deletion_id = ${id} and u.blob = b.digest) order by b.digest on conflict do nothing`.execute(db);
  await refuseWithoutImage(db, id);
  const back = await sql<{ name: string }>`insert into registry_tag (repository_id, name, digest, updated_at)
    select d.repository_id, g.name, g.digest, ${at} from registry_deleted_tag g
    join registry_deletion d on d.id = g.deletion_id where d.id = ${id}
    order by g.name on conflict do nothing returning name`.execute(db);
  const wanted = await sql<{ name: string; isThere: boolean }>`select g.name, t.digest = g.digest as "isThere"
    from registry_deleted_tag g join registry_deletion d on d.id = g.deletion_id
    join registry_tag t on t.repository_id = d.repository_id and t.name = g.name
    where d.id = ${id} order by g.name`.execute(db);
  await t.deleteFrom('registry_deletion').where('id', '=', id).execute();
  const tags = new Set(back.rows.map(({ name }) => name));
  const takenTags = wanted.rows.filter(({ name, isThere }) => !isThere && !tags.has(name)).map(({ name }) => name);
  return { tags: [...tags].sort(), takenTags };
}

async function refuseWithoutImage(db: Database, id: number): Promise<void> {
  const missing = await sql<{ name: string; digest: string }>`select g.name, g.digest from registry_deleted_tag g
    join registry_deletion d on d.id = g.deletion_id
    where d.id = ${id} and not exists (select from registry_repository_manifest l
      where l.repository_id = d.repository_id and l.digest = g.digest) order by g.name limit 1`.execute(db);
  const [tag] = missing.rows;
  if (!tag) return;
  throw new AppError(
    'conflict',
    `cannot undelete the tag ${tag.name}: its image ${tag.digest} was deleted after it; undelete the image first`,
  );
}

/** Lets go of what has expired, so that garbage takes it; says how many. At most `limit`. */
export async function forgetDeletions(db: Database, now: Date, limit: number): Promise<number> {
  const gone = await sql<{ id: number }>`delete from registry_deletion where id in (
    select id from registry_deletion where expires_at <= ${now.toISOString()}::timestamptz
    order by expires_at limit ${limit} for update skip locked) returning id`.execute(db);
  await sql`with gone as (
    delete from registry_deleted_blob b where not exists (select from registry_manifest_blob u
      join registry_deleted_manifest d on d.digest = u.manifest
      where u.blob = b.digest and d.repository_id = b.repository_id) returning b.digest)
  insert into registry_garbage (kind, repository_id, digest, reason, since)
    select distinct 'blob', 0::bigint, digest, 'unlinked', now() from gone order by 3
    on conflict (kind, repository_id, digest) do update set since = excluded.since`.execute(db);
  return gone.rows.length;
}
