import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

export const migration: Migration = {
  name: '0001-schedule-runs',
  async up(db) {
    await sql`create table queue_schedule_run (
      name text collate "C" primary key,
      title text not null,
      cron text not null,
      last_started_at timestamptz,
      last_finished_at timestamptz,
      last_result text
    )`.execute(db);
  },
};
