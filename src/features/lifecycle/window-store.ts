import { type SupportDate, type SupportWindow, supportWindow } from '#model/lifecycle.ts';
import type { Database } from '#platform/database/database.ts';
import type { RepositoryImageState } from './state.ts';
import type { LifecycleTables } from './tables.ts';

/** Keeps an image's support window; answers true when it changed. */
export async function putWindow(db: Database, digest: string, window: SupportWindow, at: Date): Promise<boolean> {
  const dates = JSON.stringify(window.dates);
  const row = { digest, dates, end_of_life: window.endOfLife, updated_at: at };
  const written = await db
    .withTables<LifecycleTables>()
    .insertInto('lifecycle_window')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('digest')
        .doUpdateSet(row)
        .where((where) =>
          where.or([
            where('lifecycle_window.dates', 'is distinct from', where.ref('excluded.dates')),
            where('lifecycle_window.end_of_life', 'is distinct from', where.ref('excluded.end_of_life')),
          ]),
        ),
    )
    .returning('digest')
    .execute();
  return written.length > 0;
}

/** An unknown window when none is kept. */
export async function findWindow(db: Database, digest: string): Promise<SupportWindow> {
  const row = await db
    .withTables<LifecycleTables>()
    .selectFrom('lifecycle_window')
    .select('dates')
    .where('digest', '=', digest)
    .executeTakeFirst();
  return supportWindow(row?.dates ?? []);
}

export interface Reviewable {
  readonly repository: string;
  readonly digest: string;
  readonly state: RepositoryImageState;
  readonly actor: string;
  readonly retiresAt: Date | null;
  readonly extendedUntil: string | null;
  readonly successor: string | null;
  readonly dates: readonly SupportDate[];
}

export interface ReviewPage {
  /** The first day beyond which an end does not matter yet (YYYY-MM-DD): today and the longest time of notice in use. */
  readonly endsBefore: string;
  readonly after?: { readonly repository: string; readonly digest: string } | undefined;
  readonly limit: number;
}

/** Approved images whose end comes near, and every deprecated one, in the order of (repository, digest). */
export async function dueForReview(db: Database, page: ReviewPage): Promise<Reviewable[]> {
  const { after, endsBefore } = page;
  const rows = await db
    .withTables<LifecycleTables>()
    .selectFrom('lifecycle_state as s')
    .leftJoin('lifecycle_window as w', 'w.digest', 's.digest')
    .select([
      's.repository',
      's.digest',
      's.state',
      's.actor',
      's.retires_at',
      's.extended_until',
      's.successor',
      'w.dates',
    ])
    .where((where) =>
      where.or([
        where('s.state', '=', 'deprecated'),
        where.and([where('s.state', '=', 'approved'), where('w.end_of_life', '<', endsBefore)]),
        where.and([where('s.state', '=', 'approved'), where('s.retires_at', 'is not', null)]),
      ]),
    )
    .$if(after !== undefined, (some) =>
      some.where((where) =>
        where(
          where.refTuple('s.repository', 's.digest'),
          '>',
          where.tuple(after?.repository ?? '', after?.digest ?? ''),
        ),
      ),
    )
    .orderBy('s.repository')
    .orderBy('s.digest')
    .limit(page.limit)
    .execute();
  return rows.map(({ retires_at: retiresAt, extended_until: extendedUntil, dates, ...row }) => ({
    ...row,
    retiresAt,
    extendedUntil,
    dates: dates ?? [],
  }));
}
