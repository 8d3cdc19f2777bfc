import { sql } from 'kysely';
import type { AssayEvent, EventType } from '#model/event.ts';
import type { Database } from '#platform/database/database.ts';
import { lastEventId, listEvents } from './event-store.ts';
import type { NotificationsTables } from './tables.ts';

const BATCH = 500;

export interface Delivery {
  readonly event: AssayEvent;
  /** Those before this one. */
  readonly attempts: number;
}

/** An endpoint that is new hears of what comes, not of what was. */
export async function registerEndpoint(db: Database, id: string): Promise<void> {
  const t = db.withTables<NotificationsTables>();
  const known = await t.selectFrom('notifications_endpoint').select('id').where('id', '=', id).executeTakeFirst();
  if (known) return;
  await t
    .insertInto('notifications_endpoint')
    .values({ id, read_up_to: await lastEventId(db), rests_until: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** How often in a row it failed, and until when it is left alone. */
export async function findRest(db: Database, id: string): Promise<{ failures: number; restsUntil: Date | null }> {
  const row = await db
    .withTables<NotificationsTables>()
    .selectFrom('notifications_endpoint')
    .select(['failures', 'rests_until'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { failures: row.failures, restsUntil: row.rests_until };
}

export async function putRest(db: Database, id: string, failures: number, restsUntil: Date | null): Promise<void> {
  await db
    .withTables<NotificationsTables>()
    .updateTable('notifications_endpoint')
    .set({ failures, rests_until: restsUntil })
    .where('id', '=', id)
    .execute();
}

/** Turns events that the endpoint has not heard of into deliveries. True when there may be more. */
export async function queueDeliveries(
  db: Database,
  endpoint: { readonly id: string; readonly types: readonly EventType[] | undefined },
  now: Date,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const t = trx.withTables<NotificationsTables>();
    const { read_up_to: after } = await t
      .selectFrom('notifications_endpoint')
      .select('read_up_to')
      .where('id', '=', endpoint.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const events = await listEvents(trx, { after, limit: BATCH });
    const last = events.at(-1);
    if (!last) return false;
    const rows = events
      .filter((event) => endpoint.types?.includes(event.type) !== false)
      .map((event) => ({
        endpoint_id: endpoint.id,
        event_id: event.id,
        state: 'pending' as const,
        next_at: now,
        last_error: null,
        finished_at: null,
      }));
    if (rows.length > 0) {
      const insert = t.insertInto('notifications_delivery').values(rows);
      await insert.onConflict((conflict) => conflict.doNothing()).execute();
    }
    await t.updateTable('notifications_endpoint').set({ read_up_to: last.id }).where('id', '=', endpoint.id).execute();
    return events.length === BATCH;
  });
}

/**
 * Takes deliveries that are due, those that wait longest first; until `leaseUntil` nobody else takes them, so a process that dies
 * in between only delays them.
 */
export async function claimDeliveries(
  db: Database,
  endpointId: string,
  claim: { readonly now: Date; readonly leaseUntil: Date; readonly limit: number },
): Promise<Delivery[]> {
  const { rows } = await sql<{ event_id: number; attempts: number }>`
    update notifications_delivery d set next_at = ${claim.leaseUntil}
    from (
      select endpoint_id, event_id from notifications_delivery
      where endpoint_id = ${endpointId} and state = 'pending' and next_at <= ${claim.now}
      order by next_at, attempts, event_id limit ${claim.limit} for update skip locked
    ) due
    where d.endpoint_id = due.endpoint_id and d.event_id = due.event_id
    returning d.event_id, d.attempts`.execute(db);
  if (rows.length === 0) return [];
  const attempts = new Map(rows.map((row) => [row.event_id, row.attempts]));
  const events = await db
    .withTables<NotificationsTables>()
    .selectFrom('notifications_event')
    .select(['id', 'type', 'at', 'repository', 'digest', 'actor', 'message', 'data'])
    .where('id', 'in', [...attempts.keys()])
    .orderBy('id')
    .execute();
  const claimed = events.map(({ id, at, ...row }) => ({
    event: { id: id ?? 0, at: at.toISOString(), ...row },
    attempts: attempts.get(id ?? 0) ?? 0,
  }));
  // What failed before stands last, or it would hold up the rest for ever.
  return claimed.sort((a, b) => a.attempts - b.attempts || a.event.id - b.event.id);
}

export async function finishDelivery(db: Database, endpointId: string, eventId: number, now: Date): Promise<void> {
  await db
    .withTables<NotificationsTables>()
    .updateTable('notifications_delivery')
    .set({ state: 'done', finished_at: now, last_error: null, attempts: sql`attempts + 1` })
    .where('endpoint_id', '=', endpointId)
    .where('event_id', '=', eventId)
    .execute();
}

/** Counts the attempt; without a `nextAt` the delivery is dead. */
export async function failDelivery(
  db: Database,
  endpointId: string,
  eventId: number,
  failure: { readonly error: string; readonly nextAt: Date | undefined; readonly now: Date },
): Promise<void> {
  const { error, nextAt, now } = failure;
  await db
    .withTables<NotificationsTables>()
    .updateTable('notifications_delivery')
    .set({
      attempts: sql`attempts + 1`,
      last_error: error.slice(0, 1_000),
      ...(nextAt ? { next_at: nextAt } : { state: 'dead' as const, finished_at: now }),
    })
    .where('endpoint_id', '=', endpointId)
    .where('event_id', '=', eventId)
    .execute();
}

/** Puts what was claimed and not tried behind a failure, without counting an attempt. */
export async function postponeDeliveries(
  db: Database,
  endpointId: string,
  eventIds: readonly number[],
  nextAt: Date,
): Promise<void> {
  if (eventIds.length === 0) return;
  await db
    .withTables<NotificationsTables>()
    .updateTable('notifications_delivery')
    .set({ next_at: nextAt })
    .where('endpoint_id', '=', endpointId)
    .where('event_id', 'in', [...eventIds])
    .execute();
}

export interface DeliveryCounts {
  readonly endpointId: string;
  readonly pending: number;
  readonly dead: number;
  readonly lastError: string | null;
}

/** How each endpoint is doing, for metrics and people. */
export async function countDeliveries(db: Database): Promise<DeliveryCounts[]> {
  const { rows } = await sql<DeliveryCounts>`
    select endpoint_id as "endpointId",
      count(*) filter (where state = 'pending') as pending,
      count(*) filter (where state = 'dead') as dead,
      (array_agg(last_error order by event_id desc) filter (where last_error is not null))[1] as "lastError"
    from notifications_delivery group by endpoint_id order by endpoint_id`.execute(db);
  return rows;
}
