import { sql } from 'kysely';
import type { Migration } from '#platform/database/migrations.ts';

export const migration: Migration = {
  name: '0501-reports',
  async up(db) {
    await sql`create table reports_report (
      digest text collate "C" primary key,
      image_digest text collate "C" not null,
      kind text collate "C" not null,
      format text collate "C" not null,
      artifact_type text collate "C" not null,
      content_digest text collate "C" not null,
      content_size bigint not null,
      signature_digest text collate "C" not null,
      signature jsonb not null,
      created_at timestamptz not null,
      valid_until timestamptz not null,
      superseded_at timestamptz
    )`.execute(db);
    await sql`create index reports_report_image on reports_report (image_digest, created_at)`.execute(db);
    await sql`create index reports_report_content on reports_report (content_digest)`.execute(db);
    await sql`create index reports_report_expiry on reports_report (valid_until, digest)
      where superseded_at is null`.execute(db);
  },
};
