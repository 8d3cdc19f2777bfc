import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Uploads into an object store. Their bytes are objects; what belongs to which upload, and who writes, is kept here. */
export const migration: Migration = {
  name: '0011-blob-uploads',
  async up(db) {
    await sql`create table blobs_upload (
      id text collate "C" primary key,
      size_bytes bigint not null default 0,
      multipart_id text,
      pieces jsonb not null default '[]',
      is_whole boolean not null default false,
      holder uuid,
      held_until timestamptz,
      updated_at timestamptz not null default now()
    )`.execute(db);
    await sql`create index blobs_upload_updated on blobs_upload (updated_at)`.execute(db);
    await sql`create table blobs_upload_part (
      upload_id text collate "C" not null references blobs_upload (id) on delete cascade,
      number integer not null,
      size_bytes bigint not null,
      etag text not null,
      checksum text,
      primary key (upload_id, number)
    )`.execute(db);
  },
};
