import { sql } from 'kysely';
import { addCountColumns } from '#platform/database/count-columns.ts';
import type { Migration } from '#platform/database/migrations.ts';

/** The findings of a package set, kept summed up. Until `counted` is true nobody has summed them. */
export const migration: Migration = {
  name: '0204-set-counts',
  up: async (db) => {
    await sql`alter table inventory_set add column counted boolean not null default false, ${addCountColumns()}`.execute(
      db,
    );
    // Counts are written often and are in no index: room for the new row in the same page.
    await sql`alter table inventory_set set (fillfactor = 70)`.execute(db);
    // What people search for: the beginning of a name, or a name and the beginning of its version.
    await sql`create index inventory_package_term on inventory_package (left(lower(name || ' ' || version), 300))`.execute(
      db,
    );
    await sql`create index inventory_set_uncounted on inventory_set (id) where not counted`.execute(db);
  },
};
