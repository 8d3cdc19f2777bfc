import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Packages whose findings have changed, until somebody has gone on to the images that hold them. */
export const migration: Migration = {
  name: '0205-package-changes',
  up: async (db) => {
    await sql`
      create table inventory_package_change (
        id bigint generated always as identity primary key,
        package_id bigint not null,
        seen_by text collate "C"
      )`.execute(db);
  },
};
