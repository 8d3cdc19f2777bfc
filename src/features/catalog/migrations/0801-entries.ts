import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

export const migration: Migration = {
  name: '0801-entries',
  up: async (db) => {
    await sql`
      create table catalog_entry (
        repository text collate "C" primary key,
        description text not null default '',
        owner text collate "C",
        categories jsonb not null default '[]',
        support jsonb not null,
        recommended jsonb,
        grade text collate "C",
        state text collate "C",
        distribution text collate "C",
        end_of_life date,
        window_known boolean not null default false,
        tags integer not null default 0,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`.execute(db);
    await sql`
      create table catalog_tag (
        repository text collate "C" not null,
        tag text collate "C" not null,
        digest text collate "C" not null,
        row jsonb not null,
        pushed_at timestamptz not null,
        primary key (repository, tag)
      )`.execute(db);
    await sql`create index catalog_tag_digest on catalog_tag (digest)`.execute(db);
    await sql`
      create table catalog_image (
        digest text collate "C" primary key,
        posture jsonb,
        platforms jsonb not null default '[]',
        distribution text collate "C",
        scanned_at timestamptz,
        findings_digest text collate "C",
        origin jsonb
      )`.execute(db);
    await sql`
      create table catalog_term (
        digest text collate "C" not null,
        kind text collate "C" not null,
        term text collate "C" not null,
        label text not null,
        primary key (digest, kind, term)
      )`.execute(db);
    await sql`create index catalog_term_term on catalog_term (term text_pattern_ops, digest)`.execute(db);
  },
};
