import { type Selectable, sql } from 'kysely';
import { AppError } from '#kernel/errors.ts';
import type { IntakeRow, IntakeStatus } from '#model/api-intake.ts';
import type { Database } from '#platform/database/database.ts';
import type { GatesTables } from './tables.ts';

const undecided: readonly IntakeStatus[] = ['queued', 'running', 'waiting', 'failed'];

function present(row: Selectable<GatesTables['gates_intake']>): IntakeRow {
  return {
    id: row.id,
    repository: row.repository,
    tag: row.tag,
    digest: row.digest,
    target: row.target,
    status: row.status,
    step: row.step,
    summary: row.summary,
    pushedBy: row.pushed_by,
    pushedAt: row.pushed_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy: row.decided_by,
    decisionReason: row.decision_reason,
  };
}

export interface NewIntake {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  /** The catalog repository that it goes to. */
  readonly target: string;
  readonly pushedBy: string;
  readonly pushedAt: Date;
}

/** Returns the id. What was pushed to the same tag before and is not decided yet is superseded. */
export async function queueIntake(db: Database, intake: NewIntake): Promise<string> {
  if (!db.isTransaction) return db.transaction().execute((trx) => queueIntake(trx, intake));
  // Two pushes of one tag at once would not see each other, and neither would supersede the other.
  const lock = `intake ${intake.repository}:${intake.tag}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${lock}, 0))`.execute(db);
  const t = db.withTables<GatesTables>();
  await t
    .updateTable('gates_intake')
    .set({ status: 'superseded', step: 'a newer push replaced the tag' })
    .where('repository', '=', intake.repository)
    .where('tag', '=', intake.tag)
    .where('status', 'in', [...undecided])
    .execute();
  const { id } = await t
    .insertInto('gates_intake')
    .values({
      repository: intake.repository,
      tag: intake.tag,
      digest: intake.digest,
      target: intake.target,
      status: 'queued',
      step: 'waiting for a free worker',
      pushed_by: intake.pushedBy,
      pushed_at: intake.pushedAt,
      decided_at: null,
      decided_by: null,
      decision_reason: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export interface IntakeChange {
  readonly status?: IntakeStatus | undefined;
  readonly step?: string | undefined;
  readonly summary?: string | undefined;
  /** By whom and why; the gate decides as `gate`. */
  readonly decided?: { readonly at: Date; readonly by: string; readonly reason: string } | null | undefined;
  /** The change is made only while the intake is in one of these. */
  readonly from?: readonly IntakeStatus[] | undefined;
}

/** False when nothing was changed: the intake is superseded, or not in one of the states that `from` names. */
export async function setIntakeStatus(db: Database, id: string, change: IntakeChange): Promise<boolean> {
  const { status, step, summary, decided, from } = change;
  const changed = await db
    .withTables<GatesTables>()
    .updateTable('gates_intake')
    .set({
      id,
      ...(status !== undefined && { status }),
      ...(step !== undefined && { step }),
      ...(summary !== undefined && { summary }),
      ...(decided !== undefined && {
        decided_at: decided?.at ?? null,
        decided_by: decided?.by ?? null,
        decision_reason: decided?.reason ?? null,
      }),
    })
    .where('id', '=', id)
    .where('status', '!=', 'superseded')
    .$if(from !== undefined, (some) => some.where('status', 'in', [...(from ?? [])]))
    .returning('id')
    .execute();
  return changed.length > 0;
}

/** Throws `not-found`. */
export async function getIntake(db: Database, id: string): Promise<IntakeRow> {
  const row = await db
    .withTables<GatesTables>()
    .selectFrom('gates_intake')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  if (row) return present(row);
  throw new AppError('not-found', `cannot find intake ${id.slice(0, 100)}: there is none of this id`);
}

/** The newest intake of `repository:tag`, or of `repository@digest`. */
export async function findIntakeByReference(
  db: Database,
  repository: string,
  reference: string,
): Promise<IntakeRow | undefined> {
  const row = await db
    .withTables<GatesTables>()
    .selectFrom('gates_intake')
    .selectAll()
    .where('repository', '=', repository)
    .where(reference.includes(':') ? 'digest' : 'tag', '=', reference)
    .orderBy('pushed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && present(row);
}

export interface IntakeQuery {
  readonly limit: number;
  readonly after?: string | undefined;
  readonly statuses?: readonly IntakeStatus[] | undefined;
  readonly repository?: string | undefined;
}

/** Newest first. `after` is the `next` of the page before. */
export async function listIntake(
  db: Database,
  query: IntakeQuery,
): Promise<{ items: IntakeRow[]; next: string | null }> {
  const after = query.after === undefined ? undefined : readCursor(query.after);
  const { statuses = [], repository } = query;
  const rows = await db
    .withTables<GatesTables>()
    .selectFrom('gates_intake')
    .selectAll()
    .$if(statuses.length > 0, (some) => some.where('status', 'in', [...statuses]))
    .$if(repository !== undefined, (some) => some.where('repository', '=', repository ?? ''))
    .$if(after !== undefined, (some) =>
      some.where((where) =>
        where(where.refTuple('pushed_at', 'id'), '<', where.tuple(after?.at ?? new Date(0), after?.id ?? '')),
      ),
    )
    .orderBy('pushed_at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const items = rows.slice(0, query.limit).map(present);
  const last = items.at(-1);
  return { items, next: rows.length > query.limit && last ? `${last.pushedAt} ${last.id}` : null };
}

function readCursor(after: string): { at: Date; id: string } {
  const [time = '', id = ''] = after.split(' ', 2);
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) {
    throw new AppError('invalid-input', 'cannot list intakes: "after" is not the "next" of an earlier page');
  }
  return { at, id };
}

/** How many intakes are in each state that somebody still has to deal with. */
export async function countUndecided(db: Database): Promise<Partial<Record<IntakeStatus, number>>> {
  const rows = await db
    .withTables<GatesTables>()
    .selectFrom('gates_intake')
    .select(['status', (select) => select.fn.countAll<number>().as('count')])
    .where('status', 'in', [...undecided])
    .groupBy('status')
    .execute();
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
}
