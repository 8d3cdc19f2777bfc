import { sql } from 'kysely';
import type { Migration } from '../migrations.ts';

/** What all machines on one database have settled once. */
export const migration: Migration = {
  name: '0012-facts',
  async up(db) {
    await sql`create table database_fact (
      name text collate "C" primary key,
      value text not null,
      settled_at timestamptz not null default now()
    )`.execute(db);
  },
};
