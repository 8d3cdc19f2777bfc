import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Which bytes were unpacked to which layer: an image's configuration may claim anything. */
export const migration: Migration = {
  name: '0202-layer-blobs',
  up: async (db) => {
    await sql`
      create table inventory_layer_blob (
        digest text collate "C" primary key,
        layer_id bigint not null references inventory_layer (id) on delete cascade
      )`.execute(db);
    await sql`create index inventory_layer_blob_layer on inventory_layer_blob (layer_id)`.execute(db);
  },
};
