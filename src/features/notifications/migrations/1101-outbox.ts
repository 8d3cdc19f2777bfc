import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

/** Events as they were published, their public order, and what is still to be delivered. */
export const migration: Migration = {
  name: '1101-outbox',
  up: async (db) => {
    await sql`
      create table notifications_event (
        draft bigint generated always as identity primary key,
        id bigint unique,
        type text collate "C" not null,
        at timestamptz not null,
        repository text collate "C",
        digest text collate "C",
        actor text collate "C" not null,
        message text not null,
        data jsonb not null
      )`.execute(db);
    await sql`create index notifications_event_draft on notifications_event (draft) where id is null`.execute(db);
    await sql`create index notifications_event_at on notifications_event (at)`.execute(db);
    await sql`create sequence notifications_event_order`.execute(db);
    await sql`
      create table notifications_endpoint (
        id text collate "C" primary key,
        read_up_to bigint not null,
        failures integer not null default 0,
        rests_until timestamptz
      )`.execute(db);
    await sql`
      create table notifications_delivery (
        endpoint_id text collate "C" not null,
        event_id bigint not null,
        state text collate "C" not null,
        attempts integer not null default 0,
        next_at timestamptz not null,
        last_error text,
        finished_at timestamptz,
        primary key (endpoint_id, event_id)
      )`.execute(db);
    await sql`
      create index notifications_delivery_due on notifications_delivery (endpoint_id, next_at, event_id)
      where state = 'pending'`.execute(db);
  },
};
