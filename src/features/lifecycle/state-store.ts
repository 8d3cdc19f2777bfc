import { type Selectable, sql } from 'kysely';
import { formatDay } from '#model/image-state.ts';
import type { Database } from '#platform/database/database.ts';
import { addHistory } from './history-store.ts';
import type { ImageFacts, PullFacts } from './pull-facts.ts';
import { quarantinedAmong } from './quarantine-store.ts';
import { REVIEWER } from './review.ts';
import { checkMove, type RepositoryImageState } from './state.ts';
import type { LifecycleTables } from './tables.ts';

export interface StateRow {
  readonly repository: string;
  readonly digest: string;
  readonly state: RepositoryImageState;
  readonly since: Date;
  readonly reason: string;
  readonly actor: string;
  readonly successor: string | null;
  readonly retiresAt: Date | null;
  /** A curator's own end (YYYY-MM-DD), later than the window's. */
  readonly extendedUntil: string | null;
}

export interface StateChange {
  readonly repository: string;
  readonly digest: string;
  readonly state: RepositoryImageState;
  /** A clause that follows "because". */
  readonly reason: string;
  readonly actor: string;
  readonly at: Date;
  /** What is absent stays; `null` takes it away. */
  readonly successor?: string | null | undefined;
  readonly retiresAt?: Date | null | undefined;
  readonly extendedUntil?: string | null | undefined;
}

function present(row: Selectable<LifecycleTables['lifecycle_state']>): StateRow {
  const { retires_at: retiresAt, extended_until: extendedUntil, ...rest } = row;
  return { ...rest, retiresAt, extendedUntil };
}

export async function findState(db: Database, repository: string, digest: string): Promise<StateRow | undefined> {
  const row = await db
    .withTables<LifecycleTables>()
    .selectFrom('lifecycle_state')
    .selectAll()
    .where('repository', '=', repository)
    .where('digest', '=', digest)
    .executeTakeFirst();
  return row && present(row);
}

/** What every repository says of an image, in the order of their names. */
export async function statesOf(db: Database, digest: string): Promise<StateRow[]> {
  const rows = await db
    .withTables<LifecycleTables>()
    .selectFrom('lifecycle_state')
    .selectAll()
    .where('digest', '=', digest)
    .orderBy('repository')
    .execute();
  return rows.map(present);
}

function messageOf(change: StateChange): string {
  const retires = change.retiresAt ? `; it is retired on ${formatDay(change.retiresAt)}` : '';
  const successor = change.successor ? `; use ${change.successor}` : '';
  const extended = change.extendedUntil ? `; extended until ${change.extendedUntil}` : '';
  return `${change.state} because ${change.reason}${extended}${retires}${successor}`;
}

/**
 * Moves an image, or renews the facts of the state it is in; answers true when the state changed. The history gets a
 * line when the state or its end changed. Throws `conflict` when the image cannot move there.
 */
export async function setState(db: Database, change: StateChange): Promise<boolean> {
  if (!db.isTransaction) return db.transaction().execute((trx) => setState(trx, change));
  const { repository, digest, state, reason, actor, at } = change;
  await sql`select pg_advisory_xact_lock(hashtextextended(${`lifecycle ${repository}@${digest}`}, 0))`.execute(db);
  const before = await findState(db, repository, digest);
  checkMove(`${repository}@${digest}`, before?.state, state);
  const hasMoved = before?.state !== state;
  // The review renews the dates of what somebody else decided; the decision stays theirs.
  const kept = !hasMoved && actor === REVIEWER ? before : undefined;
  const row = {
    repository,
    digest,
    state,
    since: hasMoved || !before ? at : before.since,
    reason: kept?.reason ?? reason,
    actor: kept?.actor ?? actor,
    successor: change.successor === undefined ? (before?.successor ?? null) : change.successor,
    // A new state does not inherit the day that the old one ended on.
    retires_at: change.retiresAt === undefined && !hasMoved ? (before?.retiresAt ?? null) : (change.retiresAt ?? null),
    extended_until: change.extendedUntil === undefined ? (before?.extendedUntil ?? null) : change.extendedUntil,
  };
  await db
    .withTables<LifecycleTables>()
    .insertInto('lifecycle_state')
    .values(row)
    .onConflict((conflict) => conflict.columns(['repository', 'digest']).doUpdateSet(row))
    .execute();
  const hasNewEnd = row.extended_until !== (before?.extendedUntil ?? null);
  if (hasMoved || hasNewEnd) await addHistory(db, { digest, repository, state, at, actor, message: messageOf(change) });
  return hasMoved;
}

/** What decides a pull: the digest's own facts and those of the indexes (in this repository) that list it. */
export async function pullFacts(
  db: Database,
  repository: string,
  digest: string,
  parents: readonly string[],
): Promise<PullFacts> {
  const digests = [digest, ...parents];
  const rows = await db
    .withTables<LifecycleTables>()
    .selectFrom('lifecycle_state')
    .select(['repository', 'digest', 'state', 'since', 'reason', 'successor', 'retires_at'])
    .where('repository', '=', repository)
    .where('digest', 'in', digests)
    .execute();
  const facts = new Map<string, ImageFacts>(
    rows.map(({ retires_at: retiresAt, ...row }) => [row.digest, { ...row, retiresAt }]),
  );
  for (const { digest: bad, since, reason } of await quarantinedAmong(db, digests))
    facts.set(bad, { state: 'quarantined', repository, digest: bad, since, reason, successor: null, retiresAt: null });
  return { own: facts.get(digest), parents: parents.map((parent) => facts.get(parent)) };
}
