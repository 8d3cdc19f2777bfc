import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

export const migration: Migration = {
  name: '0101-registry',
  up: async (db) => {
    await sql`create table registry_repository (
      id bigint generated always as identity primary key,
      name text collate "C" not null unique,
      created_at timestamptz not null default now()
    )`.execute(db);
    // content is null where the bytes are too large for a row: they are in the blob store.
    await sql`create table registry_blob (
      digest text collate "C" primary key,
      size_bytes bigint not null,
      content bytea,
      created_at timestamptz not null default now()
    )`.execute(db);
    await sql`create table registry_repository_blob (
      repository_id bigint not null references registry_repository,
      digest text collate "C" not null references registry_blob,
      linked_at timestamptz not null default now(),
      primary key (repository_id, digest)
    )`.execute(db);
    await sql`create index registry_repository_blob_digest on registry_repository_blob (digest)`.execute(db);
    await sql`create table registry_manifest (
      digest text collate "C" primary key,
      kind text not null,
      media_type text not null,
      artifact_type text,
      subject text collate "C",
      annotations jsonb not null,
      size_bytes bigint not null,
      content bytea not null,
      created_at timestamptz not null default now()
    )`.execute(db);
    await sql`create index registry_manifest_subject on registry_manifest (subject, digest)
      where subject is not null`.execute(db);
    // A manifest is compressed already where it matters: what is hot must not be decompressed for every pull.
    await sql`alter table registry_manifest alter column content set storage external`.execute(db);
    await sql`alter table registry_blob alter column content set storage external`.execute(db);
    await sql`create table registry_repository_manifest (
      repository_id bigint not null references registry_repository,
      digest text collate "C" not null references registry_manifest,
      pushed_by text,
      linked_at timestamptz not null default now(),
      primary key (repository_id, digest)
    )`.execute(db);
    await sql`create index registry_repository_manifest_digest on registry_repository_manifest (digest)`.execute(db);
    await createReferences(db);
    await createUse(db);
  },
};

/** What manifests point to; the target may be missing (a sparse index, a layer kept elsewhere). */
async function createReferences(db: Parameters<Migration['up']>[0]): Promise<void> {
  await sql`create table registry_manifest_child (
    parent text collate "C" not null references registry_manifest on delete cascade,
    child text collate "C" not null,
    position integer not null,
    primary key (parent, child)
  )`.execute(db);
  await sql`create index registry_manifest_child_child on registry_manifest_child (child)`.execute(db);
  await sql`create table registry_manifest_blob (
    manifest text collate "C" not null references registry_manifest on delete cascade,
    blob text collate "C" not null,
    position integer not null,
    size_bytes bigint not null,
    primary key (manifest, blob)
  )`.execute(db);
  await sql`create index registry_manifest_blob_blob on registry_manifest_blob (blob)`.execute(db);
}

async function createUse(db: Parameters<Migration['up']>[0]): Promise<void> {
  await sql`create table registry_tag (
    repository_id bigint not null references registry_repository,
    name text collate "C" not null,
    digest text collate "C" not null,
    updated_at timestamptz not null default now(),
    primary key (repository_id, name),
    foreign key (repository_id, digest) references registry_repository_manifest
  )`.execute(db);
  await sql`create index registry_tag_digest on registry_tag (repository_id, digest)`.execute(db);
  // tag is empty where the image was pulled by its digest.
  await sql`create table registry_pull (
    repository text collate "C" not null,
    digest text collate "C" not null,
    tag text collate "C" not null,
    principal text collate "C" not null,
    count bigint not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    primary key (repository, digest, tag, principal)
  )`.execute(db);
}
