import type { Database } from '#platform/database/database.ts';
import { addHistory } from './history-store.ts';
import type { LifecycleTables } from './tables.ts';

export interface Quarantine {
  readonly digest: string;
  readonly since: Date;
  /** A clause that follows "because". */
  readonly reason: string;
  readonly actor: string;
}

/** Nobody pulls or pushes this digest any more, in any repository. Answers false when it was quarantined already. */
export async function quarantine(
  db: Database,
  digest: string,
  facts: { readonly reason: string; readonly actor: string; readonly at: Date },
): Promise<boolean> {
  const { reason, actor, at } = facts;
  const added = await db
    .withTables<LifecycleTables>()
    .insertInto('lifecycle_quarantine')
    .values({ digest, since: at, reason, actor })
    .onConflict((conflict) => conflict.doNothing())
    .returning('digest')
    .execute();
  if (added.length === 0) return false;
  await addHistory(db, {
    digest,
    repository: '',
    state: 'quarantined',
    at,
    actor,
    message: `quarantined because ${reason}`,
  });
  return true;
}

/** Ends a quarantine that was an error; the states in the repositories hold again. Answers false when there was none. */
export async function releaseQuarantine(
  db: Database,
  digest: string,
  facts: { readonly reason: string; readonly actor: string; readonly at: Date },
): Promise<boolean> {
  const gone = await db
    .withTables<LifecycleTables>()
    .deleteFrom('lifecycle_quarantine')
    .where('digest', '=', digest)
    .returning('digest')
    .execute();
  if (gone.length === 0) return false;
  const message = `released from quarantine because ${facts.reason}`;
  await addHistory(db, { digest, repository: '', state: 'quarantined', at: facts.at, actor: facts.actor, message });
  return true;
}

export async function quarantinedAmong(db: Database, digests: readonly string[]): Promise<Quarantine[]> {
  return db
    .withTables<LifecycleTables>()
    .selectFrom('lifecycle_quarantine')
    .selectAll()
    .where('digest', 'in', [...digests])
    .execute();
}

export async function findQuarantine(db: Database, digest: string): Promise<Quarantine | undefined> {
  const [found] = await quarantinedAmong(db, [digest]);
  return found;
}

export async function isQuarantined(db: Database, digest: string): Promise<boolean> {
  return (await findQuarantine(db, digest)) !== undefined;
}

/** Every one, which is few: infected images and the indexes around them. */
export async function quarantinedDigests(db: Database): Promise<string[]> {
  const rows = await db.withTables<LifecycleTables>().selectFrom('lifecycle_quarantine').select('digest').execute();
  return rows.map(({ digest }) => digest);
}

/** Newest first. */
export async function listQuarantined(db: Database, limit = 200): Promise<Quarantine[]> {
  return db
    .withTables<LifecycleTables>()
    .selectFrom('lifecycle_quarantine')
    .selectAll()
    .orderBy('since', 'desc')
    .limit(limit)
    .execute();
}
