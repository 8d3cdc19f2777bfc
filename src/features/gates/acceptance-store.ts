import type { Selectable } from 'kysely';
import { isCalendarDay, isoDay } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import type { Acceptance, Scope } from './acceptance.ts';
import type { GatesTables } from './tables.ts';

function present(row: Selectable<GatesTables['gates_acceptance']>): Acceptance {
  return {
    id: row.id,
    scope: row.scope,
    scopeValue: row.scope_value,
    rule: row.rule,
    advisoryId: row.advisory_id,
    reason: row.reason,
    ticket: row.ticket,
    until: row.until,
    by: row.created_by,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  };
}

export type NewAcceptance = Omit<Acceptance, 'id' | 'createdAt' | 'endedAt' | 'advisoryId' | 'ticket'> & {
  readonly advisoryId?: string | null | undefined;
  readonly ticket?: string | null | undefined;
  readonly at: Date;
};

/** Returns the id. Throws `invalid-input` when its last day is past or no day at all. */
export async function createAcceptance(db: Database, acceptance: NewAcceptance): Promise<string> {
  const { until, at } = acceptance;
  if (!isCalendarDay(until) || until < isoDay(at)) {
    throw new AppError('invalid-input', `cannot accept until ${until}: give a day from today on, as ${isoDay(at)}`);
  }
  const { id } = await db
    .withTables<GatesTables>()
    .insertInto('gates_acceptance')
    .values({
      scope: acceptance.scope,
      scope_value: acceptance.scopeValue,
      rule: acceptance.rule,
      advisory_id: acceptance.advisoryId ?? null,
      reason: acceptance.reason,
      ticket: acceptance.ticket ?? null,
      until,
      created_by: acceptance.by,
      created_at: at,
      ended_at: null,
      ended_by: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Takes an acceptance back before its time; false when it was over already. */
export async function endAcceptance(db: Database, id: string, by: string, at: Date): Promise<boolean> {
  const ended = await db
    .withTables<GatesTables>()
    .updateTable('gates_acceptance')
    .set({ ended_at: at, ended_by: by })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .returning('id')
    .execute();
  return ended.length > 0;
}

/** What holds now for an image in these repositories, the longest first. */
export async function activeAcceptances(db: Database, scope: Scope & { readonly now: Date }): Promise<Acceptance[]> {
  const repositories = [...scope.repositories];
  const namespaces = [...new Set(repositories.map(namespaceOf))];
  const rows = await db
    .withTables<GatesTables>()
    .selectFrom('gates_acceptance')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('until', '>=', isoDay(scope.now))
    .where((where) => {
      const held = [where.and([where('scope', '=', 'image'), where('scope_value', '=', scope.digest)])];
      if (repositories.length > 0) {
        held.push(where.and([where('scope', '=', 'entry'), where('scope_value', 'in', repositories)]));
        held.push(where.and([where('scope', '=', 'namespace'), where('scope_value', 'in', namespaces)]));
      }
      return where.or(held);
    })
    .orderBy('until', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(present);
}

/** Every acceptance of a finding that holds now. */
export async function findingAcceptances(db: Database, now: Date): Promise<Acceptance[]> {
  const rows = await db
    .withTables<GatesTables>()
    .selectFrom('gates_acceptance')
    .selectAll()
    .where('advisory_id', 'is not', null)
    .where('ended_at', 'is', null)
    .where('until', '>=', isoDay(now))
    .orderBy('id')
    .execute();
  return rows.map(present);
}

/** Acceptances that ended by time in (after, now] or were taken back then: their images are judged again. */
export async function acceptancesEndedBetween(db: Database, after: Date, now: Date): Promise<Acceptance[]> {
  const rows = await db
    .withTables<GatesTables>()
    .selectFrom('gates_acceptance')
    .selectAll()
    .where((where) =>
      where.or([
        where.and([
          where('until', '>=', isoDay(after)),
          where('until', '<', isoDay(now)),
          where('ended_at', 'is', null),
        ]),
        where.and([where('ended_at', '>', after), where('ended_at', '<=', now)]),
      ]),
    )
    .orderBy('id')
    .execute();
  return rows.map(present);
}
