import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Blobs that were deleted and no longer come back are candidates like those that a repository has lost. */
export const migration: Migration = {
  name: '0112-garbage-of-deletions',
  up: async (db) => {
    await sql`create trigger garbage_blob_unlinked after delete on registry_deleted_blob
      referencing old table as gone for each statement execute function registry_blob_unlinked()`.execute(db);
  },
};
