import type { HistoryRow } from '#model/api-images.ts';
import type { ImageState } from '#model/image-state.ts';
import type { Database } from '#platform/database/database.ts';
import type { LifecycleTables } from './tables.ts';

export interface HistoryLine {
  readonly digest: string;
  /** Empty for what holds everywhere. */
  readonly repository: string;
  readonly state: ImageState;
  readonly at: Date;
  readonly actor: string;
  readonly message: string;
}

export async function addHistory(db: Database, line: HistoryLine): Promise<void> {
  await db.withTables<LifecycleTables>().insertInto('lifecycle_history').values(line).execute();
}

/** The life of an image in all repositories, newest first. `after` is the `next` of the page before. */
export async function history(
  db: Database,
  digest: string,
  query: { readonly after?: string | undefined; readonly limit: number },
): Promise<{ items: HistoryRow[]; next: string | null }> {
  const after = query.after === undefined ? undefined : Number(query.after);
  const rows = await db
    .withTables<LifecycleTables>()
    .selectFrom('lifecycle_history')
    .select(['id', 'at', 'repository', 'state', 'actor', 'message'])
    .where('digest', '=', digest)
    .$if(Number.isSafeInteger(after), (some) => some.where('id', '<', after ?? 0))
    .orderBy('id', 'desc')
    .limit(query.limit + 1)
    .execute();
  const shown = rows.slice(0, query.limit);
  return {
    items: shown.map(({ id: _, at, ...row }) => ({ ...row, at: at.toISOString() })),
    next: rows.length > query.limit ? String(shown.at(-1)?.id) : null,
  };
}
