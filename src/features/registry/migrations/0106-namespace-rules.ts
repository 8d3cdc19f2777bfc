import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

export const migration: Migration = {
  name: '0106-namespace-rules',
  up: async (db) => {
    // place: a namespace, a path below one, or * for all of them.
    await sql`create table registry_rules (
      place text collate "C" primary key,
      version integer not null,
      rules jsonb not null,
      changed_at timestamptz not null,
      changed_by text not null
    )`.execute(db);
    await createDeletions(db);
  },
};

/** What was deleted and may come back: no longer linked, so that nothing serves it, but held here. */
async function createDeletions(db: Parameters<Migration['up']>[0]): Promise<void> {
  await sql`create table registry_deletion (
    id bigint generated always as identity primary key,
    repository_id bigint not null references registry_repository,
    reference text collate "C" not null,
    digest text collate "C" not null,
    reason text not null,
    deleted_by text not null,
    deleted_at timestamptz not null,
    expires_at timestamptz not null
  )`.execute(db);
  await sql`create index registry_deletion_expires on registry_deletion (expires_at)`.execute(db);
  await sql`create index registry_deletion_repository on registry_deletion (repository_id, id)`.execute(db);
  await sql`create table registry_deleted_manifest (
    deletion_id bigint not null references registry_deletion on delete cascade,
    repository_id bigint not null references registry_repository,
    digest text collate "C" not null references registry_manifest,
    pushed_by text,
    linked_at timestamptz not null,
    primary key (deletion_id, digest)
  )`.execute(db);
  await sql`create index registry_deleted_manifest_digest on registry_deleted_manifest (digest)`.execute(db);
  await sql`create index registry_deleted_manifest_repository
    on registry_deleted_manifest (repository_id, digest)`.execute(db);
  await sql`create table registry_deleted_tag (
    deletion_id bigint not null references registry_deletion on delete cascade,
    name text collate "C" not null,
    digest text collate "C" not null,
    updated_at timestamptz not null,
    primary key (deletion_id, name)
  )`.execute(db);
  // What must not be collected: what a repository serves, and what it may get back.
  await sql`create view registry_kept_manifest as
    select repository_id, digest from registry_repository_manifest
    union all select repository_id, digest from registry_deleted_manifest`.execute(db);
}
