import type { Principal } from '#model/access.ts';
import type { AuditRow } from '#model/api-work.ts';
import type { Database } from '#platform/database/database.ts';
import type { AccessTables } from './tables.ts';

export interface AuditedChange {
  /** Who; `{ id: 'system', name: 'system' }` for what Assay does by itself. */
  readonly actor: Pick<Principal, 'id' | 'name'>;
  /** What, as `<thing>.<verb>`: `user.create`, `intake.approve`. */
  readonly action: string;
  /** On what: a name, a reference, an id. */
  readonly subject: string;
  /** The address it came from; empty for what Assay does by itself. */
  readonly from: string;
  readonly at: Date;
  /** Never a secret. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Adds a line to the audit log; called in the transaction of the change. */
export async function audit(db: Database, change: AuditedChange): Promise<void> {
  await db
    .withTables<AccessTables>()
    .insertInto('access_audit')
    .values({
      at: change.at,
      actor_id: change.actor.id,
      actor: change.actor.name,
      action: change.action,
      subject: change.subject,
      from_address: change.from,
      data: JSON.stringify(change.data ?? {}),
    })
    .execute();
}

/** Newest first. `after` is the id of the last row of the page before. */
export async function listAudit(
  db: Database,
  query: {
    readonly limit: number;
    readonly after?: number | undefined;
    readonly actor?: string | undefined;
    readonly subject?: string | undefined;
  },
): Promise<{ items: AuditRow[]; next: number | null }> {
  const rows = await db
    .withTables<AccessTables>()
    .selectFrom('access_audit')
    .select(['id', 'at', 'actor', 'action', 'subject', 'from_address', 'data'])
    .$if(query.after !== undefined, (some) => some.where('id', '<', query.after ?? 0))
    .$if(query.actor !== undefined, (some) => some.where('actor', '=', query.actor ?? ''))
    .$if(query.subject !== undefined, (some) => some.where('subject', '=', query.subject ?? ''))
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const items = rows
    .slice(0, query.limit)
    .map(({ at, from_address: from, ...row }) => ({ ...row, at: at.toISOString(), from }));
  return { items, next: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}
