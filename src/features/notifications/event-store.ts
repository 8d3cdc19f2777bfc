import { sql } from 'kysely';
import type { AssayEvent, EventType } from '#model/event.ts';
import type { Database } from '#platform/database/database.ts';
import { notify } from '#platform/database/notifications.ts';
import type { NotificationsTables } from './tables.ts';

/** The channel that wakes readers of events; the message says nothing. */
export const EVENTS_CHANNEL = 'notifications_event';

const LOCK = 1_101_001;
const BATCH = 1_000;

export interface NewEvent {
  readonly type: EventType;
  readonly at: Date;
  readonly repository?: string | null;
  readonly digest?: string | null;
  readonly actor: string;
  /** One plain sentence. */
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Written in the transaction of the change: there is no event without its change, and no change without its event. */
export async function publish(db: Database, event: NewEvent): Promise<void> {
  await db
    .withTables<NotificationsTables>()
    .insertInto('notifications_event')
    .values({
      type: event.type,
      at: event.at,
      repository: event.repository ?? null,
      digest: event.digest ?? null,
      actor: event.actor,
      message: event.message,
      data: JSON.stringify(event.data ?? {}),
    })
    .execute();
  await notify(db, EVENTS_CHANNEL, '');
}

/**
 * Gives ids to the events that have become visible. An id drawn while writing would be wrong: a transaction may commit
 * after another that drew a later one, and a reader that is past that id would never see it.
 */
async function putInOrder(db: Database): Promise<void> {
  const t = db.withTables<NotificationsTables>();
  const unordered = t.selectFrom('notifications_event').select('draft').where('id', 'is', null).limit(1);
  if (!(await unordered.executeTakeFirst())) return;
  const run = async (trx: Database) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx);
    await sql`
      with visible as (
        select draft from notifications_event where id is null order by draft limit ${BATCH}
      ), numbered as (
        select draft, nextval('notifications_event_order') as id from (select draft from visible order by draft) v
      )
      update notifications_event e set id = numbered.id from numbered where e.draft = numbered.draft`.execute(trx);
  };
  await (db.isTransaction ? run(db) : db.transaction().execute(run));
}

export interface EventQuery {
  /** The id of the last event that the reader has; 0 for the oldest kept one. */
  readonly after: number;
  readonly limit: number;
  readonly types?: readonly EventType[] | undefined;
}

/** Events in the order of their ids. A reader that goes on after the last id it got misses none. */
export async function listEvents(db: Database, query: EventQuery): Promise<AssayEvent[]> {
  const { types } = query;
  await putInOrder(db);
  const rows = await db
    .withTables<NotificationsTables>()
    .selectFrom('notifications_event')
    .select(['id', 'type', 'at', 'repository', 'digest', 'actor', 'message', 'data'])
    .where('id', '>', query.after)
    .$if(types !== undefined && types.length > 0, (some) => some.where('type', 'in', [...(types ?? [])]))
    .orderBy('id')
    .limit(query.limit)
    .execute();
  return rows.map(({ id, at, ...row }) => ({ id: id ?? 0, at: at.toISOString(), ...row }));
}

/** The id of the newest event, 0 when there is none: where a reader begins that wants only what comes. */
export async function lastEventId(db: Database): Promise<number> {
  await putInOrder(db);
  const { last } = await db
    .withTables<NotificationsTables>()
    .selectFrom('notifications_event')
    .select((select) => select.fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  return Number(last ?? 0);
}

/** Deletes events (and what is known of their delivery) from before a time; at most 10,000 a call. Says how many. */
export async function deleteEvents(db: Database, before: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    with gone as (
      delete from notifications_event where draft in (
        select draft from notifications_event where at < ${before} and id is not null order by draft limit 10000)
      returning id
    ), undelivered as (
      delete from notifications_delivery where event_id in (select id from gone)
    )
    select count(*) as count from gone`.execute(db);
  return rows[0]?.count ?? 0;
}
