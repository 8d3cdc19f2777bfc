import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Blobs that were deleted after their manifest, while it may still come back: it comes back whole. */
export const migration: Migration = {
  name: '0108-deleted-blobs',
  up: async (db) => {
    await sql`create table registry_deleted_blob (
      repository_id bigint not null references registry_repository,
      digest text collate "C" not null references registry_blob,
      primary key (repository_id, digest)
    )`.execute(db);
    await sql`create index registry_deleted_blob_digest on registry_deleted_blob (digest)`.execute(db);
    await sql`create view registry_kept_blob as
      select repository_id, digest from registry_repository_blob
      union all select repository_id, digest from registry_deleted_blob`.execute(db);
  },
};
