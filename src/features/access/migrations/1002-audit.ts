import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** The audit log: rows are only ever added. */
export const migration: Migration = {
  name: '1002-audit',
  up: async (db) => {
    await sql`
      create table access_audit (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        actor_id text collate "C" not null,
        actor text collate "C" not null,
        action text collate "C" not null,
        subject text collate "C" not null,
        from_address text not null,
        data jsonb not null default '{}'
      )`.execute(db);
    await sql`create index access_audit_actor on access_audit (actor, id)`.execute(db);
    await sql`create index access_audit_subject on access_audit (subject, id)`.execute(db);
  },
};
