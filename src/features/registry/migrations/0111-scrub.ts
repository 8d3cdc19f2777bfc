import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

export const migration: Migration = {
  name: '0111-scrub',
  up: async (db) => {
    // place: the last digest that was checked; an unfinished round goes on behind it. digits: how finely it is cut.
    await sql`create table registry_scrub_round (
      id bigint generated always as identity primary key,
      started_at timestamptz not null,
      finished_at timestamptz,
      place text collate "C" not null default '',
      blobs bigint not null default 0,
      bytes bigint not null default 0,
      bytes_per_second bigint not null,
      digits integer not null,
      source text
    )`.execute(db);
    await sql`create unique index registry_scrub_round_open on registry_scrub_round ((true))
      where finished_at is null`.execute(db);
    await sql`create table registry_scrub_finding (
      digest text collate "C" not null,
      kind text not null,
      repository text collate "C" not null,
      detail text not null,
      size_bytes bigint not null,
      found_at timestamptz not null,
      mended_at timestamptz,
      mended_by text,
      primary key (digest, kind, repository)
    )`.execute(db);
    await sql`create index registry_scrub_finding_open on registry_scrub_finding (found_at)
      where mended_at is null`.execute(db);
  },
};
