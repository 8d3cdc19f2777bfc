import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

export const migration: Migration = {
  name: '0601-signing',
  async up(db) {
    await sql`create table signing_authority (
      id text collate "C" primary key,
      root_certificate bytea not null,
      root_key bytea not null,
      leaf_certificate bytea not null,
      leaf_key bytea not null,
      created_at timestamptz not null
    )`.execute(db);
    await sql`create table signing_trusted_publisher (
      name text collate "C" primary key,
      certificates text not null,
      identities jsonb not null,
      scopes jsonb not null,
      created_at timestamptz not null
    )`.execute(db);
  },
};
