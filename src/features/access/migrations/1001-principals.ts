import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Principals of every kind, what they may do, and the secrets that prove who they are. */
export const migration: Migration = {
  name: '1001-principals',
  up: async (db) => {
    await sql`
      create table access_principal (
        id text collate "C" primary key default gen_random_uuid()::text,
        kind text collate "C" not null,
        name text collate "C" not null unique,
        external_id text collate "C" unique,
        password text,
        disabled boolean not null default false,
        version integer not null default 1,
        created_at timestamptz not null
      )`.execute(db);
    await sql`
      create table access_membership (
        team_id text collate "C" not null references access_principal on delete cascade,
        member_id text collate "C" not null references access_principal on delete cascade,
        primary key (team_id, member_id)
      )`.execute(db);
    await sql`create index access_membership_member on access_membership (member_id)`.execute(db);
    await sql`
      create table access_grant (
        principal_id text collate "C" not null references access_principal on delete cascade,
        namespace text collate "C" not null,
        role text collate "C" not null,
        primary key (principal_id, namespace, role)
      )`.execute(db);
    await sql`
      create table access_token (
        id text collate "C" primary key default gen_random_uuid()::text,
        principal_id text collate "C" not null references access_principal on delete cascade,
        name text not null,
        secret_sha256 bytea not null unique,
        created_at timestamptz not null,
        expires_at timestamptz,
        last_used_at timestamptz
      )`.execute(db);
    await sql`create index access_token_principal on access_token (principal_id, created_at)`.execute(db);
    await sql`
      create table access_session (
        secret_sha256 bytea primary key,
        principal_id text collate "C" not null references access_principal on delete cascade,
        from_address text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null
      )`.execute(db);
    await sql`create index access_session_principal on access_session (principal_id)`.execute(db);
    await sql`create index access_session_expiry on access_session (expires_at)`.execute(db);
  },
};
