import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { digitsFor, type ScrubFinding, type ScrubKind } from './scrub.ts';

export interface ScrubRound {
  readonly id: number;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** The last digest that was checked. */
  readonly place: string;
  readonly blobs: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
  /** How many digits the digests of a range share. */
  readonly digits: number;
  /** Where this round may mend from, beside the configured places. */
  readonly source: string | null;
}

export interface StoredFinding extends Omit<ScrubFinding, 'mendedBy'> {
  readonly foundAt: Date;
  readonly mendedAt: Date | null;
  readonly mendedBy: string | null;
}

const round = sql`id, started_at as "startedAt", finished_at as "finishedAt", place, blobs, bytes,
  bytes_per_second as "bytesPerSecond", digits, source`;

/** The round that is under way, with its pace and source changed where the caller says so; else a new one. */
export async function openScrubRound(
  db: Database,
  wanted: { readonly bytesPerSecond?: number | undefined; readonly source?: string | undefined },
  usual: { readonly bytesPerSecond: number },
  at: Date,
): Promise<ScrubRound> {
  const { bytesPerSecond = null, source = null } = wanted;
  const digits = digitsFor(await countRows(db));
  const { rows } = await sql<ScrubRound>`
    insert into registry_scrub_round as r (started_at, bytes_per_second, digits, source)
    values (${at}, ${bytesPerSecond ?? usual.bytesPerSecond}, ${digits}, ${source})
    on conflict ((true)) where finished_at is null do update
    set bytes_per_second = coalesce(${bytesPerSecond}::bigint, r.bytes_per_second),
      source = coalesce(${source}::text, r.source)
    returning ${round}`.execute(db);
  const [opened] = rows;
  if (opened) return opened;
  throw new Error('the round was neither found nor made');
}

/** Roughly, where there are many: as the planner has it. */
async function countRows(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`select sum(case
      when c.reltuples < 100000 then (select count(*) from (select from registry_blob limit 100000) b)
      else c.reltuples end)::bigint as count
    from pg_class c where c.oid in ('registry_blob'::regclass, 'registry_manifest'::regclass)`.execute(db);
  return rows[0]?.count ?? 0;
}

export async function saveScrubProgress(
  db: Database,
  id: number,
  done: { readonly place: string; readonly blobs: number; readonly bytes: number },
): Promise<void> {
  await sql`update registry_scrub_round set place = ${done.place}, blobs = blobs + ${done.blobs},
    bytes = bytes + ${done.bytes} where id = ${id}`.execute(db);
}

export async function finishScrubRound(db: Database, id: number, at: Date): Promise<void> {
  await sql`update registry_scrub_round set finished_at = ${at} where id = ${id}`.execute(db);
}

/** The latest, finished or not. */
export async function findScrubRound(db: Database): Promise<ScrubRound | undefined> {
  const { rows } = await sql<ScrubRound>`select ${round} from registry_scrub_round order by id desc limit 1`.execute(
    db,
  );
  return rows[0];
}

/** What was found and is not mended, and what was mended since `since`; the newest first. */
export async function listScrubFindings(db: Database, since: Date, limit: number): Promise<StoredFinding[]> {
  const { rows } = await sql<StoredFinding>`
    select digest, kind, repository, detail, size_bytes as "sizeBytes", found_at as "foundAt",
      mended_at as "mendedAt", mended_by as "mendedBy"
    from registry_scrub_finding where mended_at is null or mended_at >= ${since}
    order by mended_at is not null, found_at desc, digest limit ${limit}`.execute(db);
  return rows;
}

/** What is found again keeps its first date. */
export async function recordFindings(db: Database, findings: readonly ScrubFinding[], at: Date): Promise<void> {
  for (const { digest, kind, repository, detail, sizeBytes, mendedBy = null } of findings) {
    const mendedAt = mendedBy === null ? null : at;
    await sql`insert into registry_scrub_finding as f 
        (digest, kind, repository, detail, size_bytes, found_at, mended_at, mended_by)
      values (${digest}, ${kind}, ${repository}, ${detail}, ${sizeBytes}, ${at}, ${mendedAt}, ${mendedBy})
      on conflict (digest, kind, repository) do update set detail = excluded.detail, size_bytes = excluded.size_bytes,
        found_at = case when f.mended_at is null then f.found_at else excluded.found_at end,
        mended_at = excluded.mended_at, mended_by = excluded.mended_by`.execute(db);
  }
}

/** Findings of this range that are no longer true, because nothing like it was found again. */
export async function mendFindings(
  db: Database,
  range: { readonly after: string; readonly to: string },
  kinds: readonly ScrubKind[],
  stillTrue: readonly ScrubFinding[],
  mend: { readonly at: Date; readonly by: string },
): Promise<void> {
  const keys = stillTrue.map(({ digest, kind, repository }) => `${digest} ${kind} ${repository}`);
  await sql`update registry_scrub_finding set mended_at = ${mend.at}, mended_by = ${mend.by}
    where mended_at is null and digest > ${range.after} and digest <= ${range.to}
      and kind = any(${[...kinds]}::text[])
      and not (digest || ' ' || kind || ' ' || repository) = any(${keys}::text[])`.execute(db);
}

/** How many findings are not mended. */
export async function countScrubFindings(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from registry_scrub_finding where mended_at is null`.execute(db);
  return rows[0]?.count ?? 0;
}
