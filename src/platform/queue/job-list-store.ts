import { sql } from 'kysely';
import { AppError } from '#kernel/errors.ts';
import type { JobPage, JobRow } from '#model/api-work.ts';
import type { Database } from '#platform/database/database.ts';
import { QUEUE_SCHEMA } from './pg-boss-queue.ts';
import { queueClasses } from './queue.ts';

interface Row {
  readonly id: string;
  readonly class: string;
  readonly name: string;
  readonly subject: string;
  readonly state: string;
  readonly output: {
    readonly step?: string;
    readonly message?: string;
    readonly value?: { readonly message?: string };
  } | null;
  readonly created_on: Date;
  readonly started_on: Date | null;
  readonly completed_on: Date | null;
  readonly position: string;
}

const STATES: Readonly<Record<string, JobRow['state']>> = {
  created: 'queued',
  retry: 'retrying',
  active: 'running',
  completed: 'done',
  cancelled: 'cancelled',
  failed: 'failed',
};

/** Jobs, the newest first. `after` is the `next` of the page before. */
export async function listJobs(
  db: Database,
  query: { readonly state?: JobRow['state']; readonly after?: string; readonly limit: number },
): Promise<JobPage> {
  const states = Object.keys(STATES).filter((key) => query.state === undefined || STATES[key] === query.state);
  const before = query.after === undefined ? sql`` : sql`and (created_on, id) < ${positionOf(query.after)}`;
  const { rows } = await sql<Row>`
    select id, name as class, data->>'workflow' as name, data->>'subject' as subject, state::text as state, output,
      created_on, started_on, completed_on, created_on::text || '/' || id as position
    from ${sql.table(`${QUEUE_SCHEMA}.job`)}
    where name = any(${[...queueClasses]}) and state::text = any(${states}) ${before}
    order by created_on desc, id desc limit ${query.limit + 1}`.execute(db);
  const shown = rows.slice(0, query.limit);
  return { items: shown.map(jobRow), next: rows.length > query.limit ? (shown.at(-1)?.position ?? null) : null };
}

const POSITION = /^(\d{4}-\d{2}-\d{2} [\d:.]{8,15}(?:[+-][\d:]{2,5})?)\/([0-9a-f-]{36})$/;

function positionOf(after: string) {
  const [, createdOn, id] = POSITION.exec(after) ?? [];
  const isTime =
    createdOn !== undefined && !Number.isNaN(Date.parse(createdOn.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00')));
  if (isTime && id && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))
    return sql`(${createdOn}::timestamptz, ${id}::uuid)`;
  throw new AppError('invalid-input', 'cannot list jobs: "after" is not the "next" of an earlier page');
}

function jobRow(row: Row): JobRow {
  const state = STATES[row.state] ?? 'failed';
  const message = row.output?.message ?? row.output?.value?.message ?? null;
  const isFault = state === 'failed' || state === 'retrying';
  return {
    id: row.id,
    name: row.name,
    class: row.class,
    state,
    subject: row.subject,
    step: row.output?.step ?? (isFault ? '' : (message ?? '')),
    createdAt: row.created_on.toISOString(),
    startedAt: row.started_on?.toISOString() ?? null,
    finishedAt: row.completed_on?.toISOString() ?? null,
    error: isFault ? message : null,
  };
}
