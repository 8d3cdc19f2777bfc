import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Where images are in their lives, and until when they are supported. */
export const migration: Migration = {
  name: '0901-lifecycle',
  up: async (db) => {
    await sql`
      create table lifecycle_state (
        repository text collate "C" not null,
        digest text collate "C" not null,
        state text collate "C" not null,
        since timestamptz not null,
        reason text not null,
        actor text collate "C" not null,
        successor text collate "C",
        retires_at timestamptz,
        extended_until date,
        primary key (repository, digest)
      )`.execute(db);
    await sql`create index lifecycle_state_digest on lifecycle_state (digest)`.execute(db);
    await sql`
      create table lifecycle_quarantine (
        digest text collate "C" primary key,
        since timestamptz not null,
        reason text not null,
        actor text collate "C" not null
      )`.execute(db);
    await sql`
      create table lifecycle_history (
        id bigint generated always as identity primary key,
        digest text collate "C" not null,
        repository text collate "C" not null,
        state text collate "C" not null,
        at timestamptz not null,
        actor text collate "C" not null,
        message text not null
      )`.execute(db);
    await sql`create index lifecycle_history_digest on lifecycle_history (digest, id)`.execute(db);
    await sql`
      create table lifecycle_window (
        digest text collate "C" primary key,
        dates jsonb not null,
        end_of_life date,
        updated_at timestamptz not null
      )`.execute(db);
    await sql`create index lifecycle_window_end on lifecycle_window (end_of_life)`.execute(db);
    await sql`
      create table lifecycle_source (
        id text collate "C" primary key,
        location text not null,
        fingerprint text,
        refreshed_at timestamptz,
        changed_at timestamptz,
        last_error text,
        products bytea
      )`.execute(db);
  },
};
