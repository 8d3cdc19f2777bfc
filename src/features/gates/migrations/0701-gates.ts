import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Intakes, what the gate said of them, by which rules, and what was accepted. */
export const migration: Migration = {
  name: '0701-gates',
  up: async (db) => {
    await sql`
      create table gates_intake (
        id text collate "C" primary key default gen_random_uuid()::text,
        repository text collate "C" not null,
        tag text collate "C" not null,
        digest text collate "C" not null,
        target text collate "C" not null,
        status text collate "C" not null,
        step text not null default '',
        summary text not null default '',
        pushed_by text collate "C" not null,
        pushed_at timestamptz not null,
        decided_at timestamptz,
        decided_by text collate "C",
        decision_reason text
      )`.execute(db);
    await sql`create index gates_intake_reference on gates_intake (repository, tag, pushed_at)`.execute(db);
    await sql`create index gates_intake_digest on gates_intake (digest)`.execute(db);
    await sql`create index gates_intake_list on gates_intake (pushed_at, id)`.execute(db);
    await sql`create index gates_intake_status on gates_intake (status, pushed_at, id)`.execute(db);
    await sql`
      create table gates_verdict (
        id bigint generated always as identity primary key,
        digest text collate "C" not null,
        repository text collate "C" not null,
        outcome text collate "C" not null,
        verdict jsonb not null
      )`.execute(db);
    await sql`create index gates_verdict_digest on gates_verdict (digest, id)`.execute(db);
    await sql`
      create table gates_policy (
        namespace text collate "C" not null,
        version integer not null,
        rules jsonb not null,
        created_at timestamptz not null,
        created_by text collate "C" not null,
        primary key (namespace, version)
      )`.execute(db);
    await sql`
      create table gates_acceptance (
        id text collate "C" primary key default gen_random_uuid()::text,
        scope text collate "C" not null,
        scope_value text collate "C" not null,
        rule text collate "C" not null,
        advisory_id text collate "C",
        reason text not null,
        ticket text,
        until date not null,
        created_by text collate "C" not null,
        created_at timestamptz not null,
        ended_at timestamptz,
        ended_by text collate "C"
      )`.execute(db);
    await sql`create index gates_acceptance_scope on gates_acceptance (scope, scope_value)`.execute(db);
    await sql`create index gates_acceptance_until on gates_acceptance (until) where ended_at is null`.execute(db);
  },
};
