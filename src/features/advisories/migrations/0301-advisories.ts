import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

export const migration: Migration = {
  name: '0301-advisories',
  up: async (db) => {
    await sql`create table advisories_source (
      id text collate "C" primary key,
      location text not null,
      state text not null default 'never',
      cursor jsonb not null default '{}',
      advisories bigint not null default 0,
      attempted_at timestamptz,
      refreshed_at timestamptz,
      changed_at timestamptz,
      last_error text
    )`.execute(db);
    // file is the name under which the source carries the record; digest is that of its bytes.
    await sql`create table advisories_record (
      id bigint generated always as identity primary key,
      source text collate "C" not null,
      file text collate "C" not null,
      advisory text collate "C" not null,
      digest bytea not null,
      head jsonb not null,
      details text not null,
      aliases text[] collate "C" not null,
      unique (source, file)
    )`.execute(db);
    await sql`create index advisories_record_advisory on advisories_record (advisory)`.execute(db);
    await sql`create index advisories_record_aliases on advisories_record using gin (aliases)`.execute(db);
    await sql`create table advisories_affected (
      record_id bigint not null references advisories_record on delete cascade,
      ecosystem text collate "C" not null,
      name text collate "C" not null,
      entries jsonb not null,
      primary key (record_id, ecosystem, name)
    )`.execute(db);
    await sql`create index advisories_affected_name on advisories_affected (ecosystem, name)`.execute(db);
    await sql`create table advisories_release (
      release text collate "C" primary key
    )`.execute(db);
    // Packages whose advisories changed and whose findings were not computed since: it survives a crash.
    await sql`create table advisories_changed (
      ecosystem text collate "C" not null,
      name text collate "C" not null,
      primary key (ecosystem, name)
    )`.execute(db);
    await createFindings(db);
  },
};

async function createFindings(db: Parameters<Migration['up']>[0]): Promise<void> {
  await sql`create table advisories_known_exploited (
    cve text collate "C" primary key,
    since date not null
  )`.execute(db);
  await sql`create table advisories_finding (
    package_id bigint not null,
    advisory text collate "C" not null,
    aliases text[] collate "C" not null,
    match jsonb not null,
    primary key (package_id, advisory)
  )`.execute(db);
  await sql`create index advisories_finding_advisory on advisories_finding (advisory)`.execute(db);
  await sql`create index advisories_finding_aliases on advisories_finding using gin (aliases)`.execute(db);
}
