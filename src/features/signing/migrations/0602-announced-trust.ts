import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

export const migration: Migration = {
  name: '0602-announced-trust',
  async up(db) {
    await sql`create table signing_announced_trust (
      id text collate "C" primary key,
      roots jsonb not null,
      identities jsonb not null,
      development_key boolean not null,
      announced_at timestamptz not null
    )`.execute(db);
  },
};
