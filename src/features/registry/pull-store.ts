import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import type { RegistryTables } from './tables.ts';

export interface Pull {
  readonly repository: string;
  readonly digest: Digest;
  /** Null when it was pulled by its digest. */
  readonly tag: string | null;
  /** The principal's id. */
  readonly principal: string;
}

/** Pulls of the same thing by the same principal, counted. */
export interface CountedPull extends Pull {
  readonly count: number;
  readonly lastAt: Date;
}

export interface Consumer {
  readonly principal: string;
  readonly digest: Digest;
  readonly tag: string | null;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** Adds to what is known; each (repository, digest, tag, principal) at most once in a batch. */
export async function recordPulls(db: Database, pulls: readonly CountedPull[]): Promise<void> {
  if (pulls.length === 0) return;
  const column = <T>(value: (pull: CountedPull) => T): T[] => pulls.map(value);
  await sql`insert into registry_pull as p (repository, digest, tag, principal, count, first_at, last_at)
    select repository, digest, tag, principal, count, last_at, last_at from unnest(
      ${column((pull) => pull.repository)}::text[],
      ${column((pull) => pull.digest)}::text[],
      ${column((pull) => pull.tag ?? '')}::text[],
      ${column((pull) => pull.principal)}::text[],
      ${column((pull) => pull.count)}::bigint[],
      ${column((pull) => pull.lastAt.toISOString())}::timestamptz[]
    ) as given (repository, digest, tag, principal, count, last_at)
    order by repository, digest, tag, principal
    on conflict (repository, digest, tag, principal) do update
    set count = p.count + excluded.count, last_at = greatest(p.last_at, excluded.last_at)`.execute(db);
}

export async function recordPull(db: Database, pull: Pull, at: Date): Promise<void> {
  await recordPulls(db, [{ ...pull, count: 1, lastAt: at }]);
}

/** Who pulled from the repository, the latest first. */
export async function consumersOf(db: Database, repository: string, digest?: Digest): Promise<Consumer[]> {
  const t = db.withTables<RegistryTables>();
  let query = t
    .selectFrom('registry_pull')
    .select(['principal', 'digest', 'tag', 'count', 'first_at as firstAt', 'last_at as lastAt'])
    .where('repository', '=', repository)
    .orderBy('last_at', 'desc')
    .orderBy('principal')
    .limit(10_000);
  if (digest) query = query.where('digest', '=', digest);
  return (await query.execute()).map((row) => ({ ...row, tag: row.tag === '' ? null : row.tag }));
}
