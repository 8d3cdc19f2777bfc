import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

type Db = Parameters<Migration['up']>[0];

export const migration: Migration = {
  name: '0110-garbage',
  up: async (db) => {
    await createQueue(db);
    await createManifestTriggers(db);
    await createBlobTriggers(db);
    await queueWhatIsThere(db);
  },
};

/** What may have lost its last reference, and since when. repository_id is 0 where the whole registry is meant. */
async function createQueue(db: Db): Promise<void> {
  await sql`create table registry_garbage (
    kind text collate "C" not null,
    repository_id bigint not null,
    digest text collate "C" not null,
    reason text not null,
    since timestamptz not null,
    primary key (kind, repository_id, digest)
  )`.execute(db);
  await sql`create index registry_garbage_since on registry_garbage (kind, since)`.execute(db);
  // What the collector took out of a repository: a push that was told of it before gets it back.
  await sql`create table registry_lost_link (
    kind text collate "C" not null,
    repository_id bigint not null,
    digest text collate "C" not null,
    lost_at timestamptz not null default now(),
    primary key (kind, repository_id, digest)
  )`.execute(db);
  await sql`create index registry_lost_link_at on registry_lost_link (lost_at)`.execute(db);
  // Bytes in the blob store whose row is gone; whoever deletes them holds the row's lock meanwhile.
  await sql`create table registry_doomed_bytes (
    digest text collate "C" primary key,
    size_bytes bigint not null,
    reason text not null,
    since timestamptz not null
  )`.execute(db);
  await sql`create index registry_doomed_bytes_since on registry_doomed_bytes (since)`.execute(db);
  // Up to where blobs were looked through for those that no manifest came to use.
  await sql`create table registry_unused_sweep (swept_to timestamptz not null)`.execute(db);
  await sql`insert into registry_unused_sweep (swept_to) values ('2000-01-01Z')`.execute(db);
  // Links are appended in the order of time: this index costs a push nothing, and finds those of a span of time.
  await sql`create index registry_repository_blob_linked on registry_repository_blob
    using brin (linked_at) with (pages_per_range = 32)`.execute(db);
  // The collector's own deletions say since when their consequences wait; everybody else's wait from now on.
  await sql`create function registry_garbage_since() returns timestamptz language sql stable as $$
    select coalesce(nullif(current_setting('assay.garbage_since', true), '')::timestamptz, now())
  $$`.execute(db);
}

/** Triggers, so that no store can forget. Rows are locked in one order. */
async function createManifestTriggers(db: Db): Promise<void> {
  await sql`create function registry_manifest_unlinked() returns trigger language plpgsql as $$
  begin
    insert into registry_garbage (kind, repository_id, digest, reason, since)
    select distinct on (kind, repository_id, digest) kind, repository_id, digest, reason, registry_garbage_since()
    from (
      select 'manifest' as kind, 0::bigint as repository_id, g.digest, 'unlinked' as reason from gone g
      union all
      select 'manifest-link', g.repository_id, c.child, 'index-deleted' from gone g
      join registry_manifest_child c on c.parent = g.digest
      join registry_repository_manifest l on l.repository_id = g.repository_id and l.digest = c.child
      union all
      select 'manifest-link', g.repository_id, m.digest, 'subject-deleted' from gone g
      join registry_manifest m on m.subject = g.digest
      join registry_repository_manifest l on l.repository_id = g.repository_id and l.digest = m.digest
      union all
      select 'blob-link', g.repository_id, u.blob, 'manifest-deleted' from gone g
      join registry_manifest_blob u on u.manifest = g.digest
      join registry_repository_blob l on l.repository_id = g.repository_id and l.digest = u.blob
    ) as lost
    order by kind, repository_id, digest, reason
    on conflict (kind, repository_id, digest) do update set since = excluded.since, reason = excluded.reason;
    return null;
  end $$`.execute(db);
  for (const table of ['registry_repository_manifest', 'registry_deleted_manifest']) {
    await sql`create trigger garbage_manifest_unlinked after delete on ${sql.table(table)}
      referencing old table as gone for each statement execute function registry_manifest_unlinked()`.execute(db);
  }
  // A referrer whose subject went before its last tag did.
  await sql`create function registry_tag_deleted() returns trigger language plpgsql as $$
  begin
    insert into registry_garbage (kind, repository_id, digest, reason, since)
    select distinct 'manifest-link', g.repository_id, g.digest, 'subject-deleted', registry_garbage_since()
    from gone g join registry_manifest m on m.digest = g.digest
    where m.subject is not null and not exists (
      select from registry_repository_manifest l where l.repository_id = g.repository_id and l.digest = m.subject)
    order by 2, 3
    on conflict (kind, repository_id, digest) do update set since = excluded.since, reason = excluded.reason;
    return null;
  end $$`.execute(db);
  await sql`create trigger garbage_tag_deleted after delete on registry_tag
    referencing old table as gone for each statement execute function registry_tag_deleted()`.execute(db);
}

async function createBlobTriggers(db: Db): Promise<void> {
  await sql`create function registry_blob_unlinked() returns trigger language plpgsql as $$
  begin
    insert into registry_garbage (kind, repository_id, digest, reason, since)
    select distinct 'blob', 0::bigint, g.digest, 'unlinked', registry_garbage_since() from gone g order by 3
    on conflict (kind, repository_id, digest) do update set since = excluded.since, reason = excluded.reason;
    return null;
  end $$`.execute(db);
  await sql`create trigger garbage_blob_unlinked after delete on registry_repository_blob
    referencing old table as gone for each statement execute function registry_blob_unlinked()`.execute(db);
  // In the transaction that deletes the row: a crash afterwards leaves bytes that are still known to be doomed.
  await sql`create function registry_blob_deleted() returns trigger language plpgsql as $$
  begin
    insert into registry_doomed_bytes (digest, size_bytes, reason, since)
    select digest, size_bytes, 'unlinked', registry_garbage_since() from gone where content is null order by digest
    on conflict (digest) do nothing;
    return null;
  end $$`.execute(db);
  await sql`create trigger garbage_blob_deleted after delete on registry_blob
    referencing old table as gone for each statement execute function registry_blob_deleted()`.execute(db);
  // Waits for whoever is deleting the bytes at this moment, and keeps everybody else from it.
  await sql`create function registry_blob_recorded() returns trigger language plpgsql as $$
  begin
    delete from registry_doomed_bytes where digest = new.digest;
    return null;
  end $$`.execute(db);
  await sql`create trigger garbage_blob_recorded after insert on registry_blob
    for each row execute function registry_blob_recorded()`.execute(db);
}

/** What was unlinked before there was a collector. */
async function queueWhatIsThere(db: Db): Promise<void> {
  await sql`insert into registry_garbage (kind, repository_id, digest, reason, since)
    select 'manifest', 0, digest, 'unlinked', now() from registry_manifest m
    where not exists (select from registry_kept_manifest k where k.digest = m.digest)`.execute(db);
  await sql`insert into registry_garbage (kind, repository_id, digest, reason, since)
    select 'blob', 0, digest, 'unlinked', now() from registry_blob b
    where not exists (select from registry_repository_blob l where l.digest = b.digest)`.execute(db);
}
