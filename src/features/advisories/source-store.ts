import { sql } from 'kysely';
import { DAY_MS } from '#kernel/clock.ts';
import type { AdvisorySourceRow } from '#model/api-work.ts';
import type { Database } from '#platform/database/database.ts';
import type { SourceDate } from './advisory.ts';
import type { Cursor } from './sources/advisory-source.ts';
import type { AdvisoriesTables } from './tables.ts';

/** Advisories older than this are called stale. */
const STALE_AFTER_MS = 3 * DAY_MS;

/** A configured place to read advisories from. */
export interface SourceConfig {
  readonly id: string;
  readonly location: string;
}

/** Makes the source known before its first refresh. Idempotent; a new location starts from its beginning. */
export async function registerSource(db: Database, source: SourceConfig): Promise<void> {
  await sql`insert into advisories_source as s (id, location) values (${source.id}, ${source.location})
    on conflict (id) do update set location = excluded.location, cursor = '{}'
    where s.location <> excluded.location`.execute(db);
}

export async function getCursor(db: Database, id: string): Promise<Cursor> {
  const t = db.withTables<AdvisoriesTables>();
  const row = await t.selectFrom('advisories_source').select('cursor').where('id', '=', id).executeTakeFirst();
  return row?.cursor ?? {};
}

export async function addToCursor(db: Database, id: string, part: Cursor): Promise<void> {
  await sql`update advisories_source set cursor = cursor || ${JSON.stringify(part)}::jsonb where id = ${id}`.execute(
    db,
  );
}

export async function markStarted(db: Database, id: string, at: Date): Promise<void> {
  const t = db.withTables<AdvisoriesTables>();
  await t.updateTable('advisories_source').set({ state: 'importing', attempted_at: at }).where('id', '=', id).execute();
}

/** `error` null means that the refresh is good. */
export async function markEnded(
  db: Database,
  id: string,
  outcome: { readonly at: Date; readonly error: string | null; readonly changed: boolean },
): Promise<void> {
  const t = db.withTables<AdvisoriesTables>();
  const counted = t
    .selectFrom('advisories_record')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('source', '=', id);
  await t
    .updateTable('advisories_source')
    .set({
      state: outcome.error === null ? 'good' : 'failed',
      last_error: outcome.error,
      advisories: counted,
      ...(outcome.error === null && { refreshed_at: outcome.at }),
      ...(outcome.changed && { changed_at: outcome.at }),
    })
    .where('id', '=', id)
    .execute();
}

export async function listSources(db: Database, now: Date): Promise<AdvisorySourceRow[]> {
  const t = db.withTables<AdvisoriesTables>();
  const rows = await t.selectFrom('advisories_source').selectAll().orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    location: withoutCredentials(row.location),
    advisories: row.advisories,
    refreshedAt: row.refreshed_at?.toISOString() ?? null,
    changedAt: row.changed_at?.toISOString() ?? null,
    lastError: row.last_error,
    state: row.state === 'good' && isStale(row.refreshed_at, now) ? 'stale' : row.state,
  }));
}

function isStale(refreshedAt: Date | null, now: Date): boolean {
  return refreshedAt !== null && now.getTime() - refreshedAt.getTime() > STALE_AFTER_MS;
}

function withoutCredentials(location: string): string {
  return location.replace(/^([a-z]+:\/\/)[^/@]*@/i, '$1');
}

/** When each source was last refreshed well. */
export async function listSourceDates(db: Database): Promise<SourceDate[]> {
  const t = db.withTables<AdvisoriesTables>();
  const rows = await t.selectFrom('advisories_source').select(['id', 'refreshed_at']).orderBy('id').execute();
  return rows.flatMap((row) => (row.refreshed_at ? [{ source: row.id, date: row.refreshed_at.toISOString() }] : []));
}

/** False while the first import of a source is still to come or running: verdicts wait for it. */
export async function isReady(db: Database): Promise<boolean> {
  const t = db.withTables<AdvisoriesTables>();
  const waiting = await t
    .selectFrom('advisories_source')
    .select('id')
    .where('refreshed_at', 'is', null)
    .where('state', 'in', ['never', 'importing'])
    .executeTakeFirst();
  return waiting === undefined;
}
