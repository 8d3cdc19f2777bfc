import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Images of which something has changed since they were scanned: counted, so that a scan does not forget what came meanwhile. */
export const migration: Migration = {
  name: '0804-due-images',
  up: async (db) => {
    await sql`alter table catalog_image add column due integer not null default 0`.execute(db);
    await sql`update catalog_image set due = 1 where scanned_at is not null`.execute(db);
    await sql`create index catalog_image_due on catalog_image (digest) where due > 0`.execute(db);
    await sql`create index catalog_posture_accepted on catalog_posture (digest) where
      (accepted_critical + accepted_high + accepted_medium + accepted_low + accepted_unknown) > 0`.execute(db);
  },
};
