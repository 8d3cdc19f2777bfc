import { sql } from 'kysely';
import { defineCounts } from '#platform/database/count-columns.ts';
import type { Migration } from '#platform/database/migrations.ts';

/**
 * Postures as numbers, one row for each platform image, so that one statement brings all that a changed advisory touches up
 * to date; what shows a posture joins it.
 */
export const migration: Migration = {
  name: '0803-postures',
  up: async (db) => {
    await sql`
      create table catalog_posture (
        digest text collate "C" primary key,
        malware integer not null,
        packages integer not null,
        problems integer not null,
        ${defineCounts()},
        ${defineCounts('accepted_')}
      ) with (fillfactor = 70)`.execute(db);
    await sql`
      create table catalog_image_platform (
        image text collate "C" not null,
        platform text collate "C" not null,
        position integer not null,
        primary key (image, platform)
      )`.execute(db);
    await sql`create index catalog_image_platform_platform on catalog_image_platform (platform, image)`.execute(db);
    await sql`alter table catalog_image drop column posture, add column reported_at timestamptz`.execute(db);
    await sql`alter table catalog_entry add column recommended_digest text collate "C"
      generated always as (recommended->>'digest') stored`.execute(db);
    await sql`create index catalog_entry_recommended on catalog_entry (recommended_digest)`.execute(db);
    // Packages and findings are looked up where they are kept, once for all images that share them.
    await sql`delete from catalog_term where kind <> 'label'`.execute(db);
    await sql`alter table catalog_term drop column kind`.execute(db);
    await sql`alter table catalog_term add primary key (digest, term)`.execute(db);
  },
};
