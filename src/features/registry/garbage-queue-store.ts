import { type RawBuilder, sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import type { GarbageKind, GarbageRun } from './garbage.ts';
import { blobIsUsed, manifestIsNeeded } from './garbage-conditions-store.ts';

/** What follows from the collector's own deletions waits so long: long enough for a push that is under way. */
const CASCADE_PAUSE_MS = 3_600_000;
/** A transaction that began before a sweep may commit links after it. */
const SWEEP_OVERLAP = sql`interval '15 minutes'`;

/** How many links a sweep looks at in one statement. */
const SWEEP_SLICE = 10_000;

export interface Candidate {
  readonly repositoryId: number;
  readonly digest: Digest;
}

/** Where the rows of a kind of candidate are; `t` is the row, `g` the candidate. */
interface Target {
  readonly table: RawBuilder<unknown>;
  readonly match: RawBuilder<unknown>;
}

const link = sql`t.repository_id = g.repository_id and t.digest = g.digest`;
const whole = sql`t.digest = g.digest`;

const targets: Readonly<Record<Exclude<GarbageKind, 'bytes'>, Target>> = {
  'manifest-link': { table: sql`registry_repository_manifest`, match: link },
  'blob-link': { table: sql`registry_repository_blob`, match: link },
  manifest: { table: sql`registry_manifest`, match: whole },
  blob: { table: sql`registry_blob`, match: whole },
};

export type QueuedKind = keyof typeof targets;

/** Begins a run for what has waited `delayMs`. */
export async function beginGarbageRun(db: Database, delayMs: number): Promise<GarbageRun> {
  const { rows } = await sql<GarbageRun>`
    with run as (select clock_timestamp() - ${delayMs}::float8 * interval '1 millisecond' as due)
    select due::text, (due + ${Math.min(delayMs, CASCADE_PAUSE_MS)}::float8 * interval '1 millisecond')::text
      as "cascadeSince" from run`.execute(db);
  return rows[0] ?? { due: '-infinity', cascadeSince: '-infinity' };
}

/** The oldest of what is due. */
export async function listDueGarbage(
  db: Database,
  run: GarbageRun,
  kind: QueuedKind,
  limit: number,
): Promise<Candidate[]> {
  const { rows } = await sql<Candidate>`select repository_id as "repositoryId", digest from registry_garbage
    where kind = ${kind} and since <= ${run.due}::timestamptz order by since limit ${limit}`.execute(db);
  return rows;
}

/** The rows of these candidates that nobody else holds, locked until the transaction ends. */
export async function lockGarbage(
  trx: Database,
  kind: QueuedKind,
  candidates: readonly Candidate[],
): Promise<Candidate[]> {
  const { table, match } = targets[kind];
  const { rows } = await sql<Candidate>`select g.repository_id as "repositoryId", g.digest
    from ${given(candidates)} join ${table} t on ${match}
    order by g.repository_id, g.digest for update of t skip locked`.execute(trx);
  return rows;
}

/**
 * Candidates that were looked at leave the queue; one whose row somebody held, or that was queued anew meanwhile, waits
 * again.
 */
export async function settleGarbage(
  db: Database,
  run: GarbageRun,
  kind: QueuedKind,
  checked: { readonly candidates: readonly Candidate[]; readonly locked: readonly Candidate[] },
): Promise<void> {
  const isLocked = new Set(checked.locked.map(({ repositoryId, digest }) => `${repositoryId} ${digest}`));
  const passed = checked.candidates.filter((one) => !isLocked.has(`${one.repositoryId} ${one.digest}`));
  const { table, match } = targets[kind];
  if (passed.length > 0) {
    await sql`update registry_garbage q set since = clock_timestamp() from ${given(passed)}
      where ${queued(kind)} and exists (select from ${table} t where ${match})`.execute(db);
  }
  await sql`delete from registry_garbage q using ${given(checked.candidates)}
    where ${queued(kind)} and q.since <= ${run.due}::timestamptz`.execute(db);
}

function queued(kind: QueuedKind) {
  return sql`q.kind = ${kind} and q.repository_id = g.repository_id and q.digest = g.digest`;
}

function given(candidates: readonly Candidate[]) {
  const repositories = candidates.map((candidate) => candidate.repositoryId);
  const digests = candidates.map((candidate) => candidate.digest);
  return sql`unnest(${repositories}::bigint[], ${digests}::text[]) as g (repository_id, digest)`;
}

/**
 * Queues blobs that were pushed and that no manifest came to use: among the links made since the last sweep, so that
 * its cost follows what was pushed. Says how many.
 */
export async function queueUnusedBlobs(db: Database, run: GarbageRun): Promise<number> {
  const { rows } = await sql<{ start: string }>`select (swept_to - ${SWEEP_OVERLAP})::text as start
    from registry_unused_sweep`.execute(db);
  let count = 0;
  for (let after = rows[0]?.start; after !== undefined; ) {
    const slice = await sweepSlice(db, run, after);
    count += slice.queued;
    after = slice.looked >= SWEEP_SLICE ? slice.end : undefined;
  }
  return count;
}

async function sweepSlice(db: Database, run: GarbageRun, after: string) {
  const { rows } = await sql<{ looked: number; queued: number; end: string }>`with slice as materialized (
      select repository_id, digest, linked_at from registry_repository_blob
      where linked_at > ${after}::timestamptz and linked_at <= ${run.due}::timestamptz
      order by linked_at fetch first ${sql.lit(SWEEP_SLICE)} rows with ties
    ), unused as (
      insert into registry_garbage (kind, repository_id, digest, reason, since)
      select 'blob-link', l.repository_id, l.digest, 'never-used', l.linked_at from slice l where not ${blobIsUsed()}
      on conflict (kind, repository_id, digest) do nothing returning digest
    ), progress as (
      select count(*) as looked, coalesce(max(linked_at), ${run.due}::timestamptz) as reached from slice
    ), swept as (
      update registry_unused_sweep set swept_to = greatest(swept_to,
        (select case when looked < ${SWEEP_SLICE} then ${run.due}::timestamptz else reached end from progress))
    )
    select looked, reached::text as end, (select count(*) from unused) as queued from progress`.execute(db);
  return rows[0] ?? { looked: 0, queued: 0, end: after };
}

/** Queues referrers whose subject never came. It looks at every referrer, so it is for those who want it. */
export async function queueMissingSubjects(db: Database, run: GarbageRun): Promise<number> {
  const { rows } = await sql<{ count: number }>`with lonely as (
      insert into registry_garbage (kind, repository_id, digest, reason, since)
      select 'manifest-link', l.repository_id, l.digest, 'missing-subject', l.linked_at
      from registry_manifest m join registry_repository_manifest l on l.digest = m.digest
      where m.subject is not null and l.linked_at <= ${run.due}::timestamptz and not ${manifestIsNeeded()}
      on conflict (kind, repository_id, digest) do nothing returning digest
    )
    select count(*) as count from lonely`.execute(db);
  return rows[0]?.count ?? 0;
}
