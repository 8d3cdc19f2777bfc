import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { Batch, GarbageRun, Removed } from './garbage.ts';
import { blobIsUsed, manifestIsNeeded } from './garbage-conditions-store.ts';
import { type Candidate, listDueGarbage, lockGarbage, type QueuedKind, settleGarbage } from './garbage-queue-store.ts';

/** PostgreSQL's code for a row that another row refers to. */
const REFERENCED = '23503';

type Deletion = (trx: Database, locked: readonly Candidate[], run: GarbageRun) => Promise<readonly Removed[]>;

const deletions: Readonly<Record<QueuedKind, Deletion>> = {
  'manifest-link': removeManifestLinks,
  'blob-link': removeBlobLinks,
  manifest: removeManifests,
  blob: removeBlobs,
};

/**
 * Collects one batch of what is due. Rows are locked first, and those that a push holds are passed over; only then it is
 * asked, in a statement of its own, what refers to them: whoever came before is seen, whoever comes later waits for the
 * end of this transaction and finds the row gone.
 */
export async function collectGarbageBatch(
  db: Database,
  run: GarbageRun,
  kind: QueuedKind,
  limit: number,
): Promise<Batch> {
  const candidates = await listDueGarbage(db, run, kind, limit);
  if (candidates.length === 0) return { checked: 0, removed: [] };
  const { locked, removed } = await removeTogether(db, run, kind, candidates);
  // After the commit, so that the collector never holds a candidate that somebody's deletion waits for.
  await settleGarbage(db, run, kind, { candidates, locked });
  return { checked: candidates.length, removed };
}

interface Outcome {
  readonly locked: readonly Candidate[];
  readonly removed: readonly Removed[];
}

/** One row that another table holds on to keeps the others from going only until they are tried one by one. */
async function removeTogether(
  db: Database,
  run: GarbageRun,
  kind: QueuedKind,
  candidates: readonly Candidate[],
): Promise<Outcome> {
  try {
    return await db.transaction().execute(async (trx) => {
      await sql`select set_config('assay.garbage_since', ${run.cascadeSince}, true)`.execute(trx);
      const locked = await lockGarbage(trx, kind, candidates);
      return { locked, removed: locked.length > 0 ? await deletions[kind](trx, locked, run) : [] };
    });
  } catch (error) {
    if ((error as { code?: unknown }).code !== REFERENCED) throw error;
    if (candidates.length === 1) return { locked: [], removed: [] };
    const each: Outcome[] = [];
    for (const candidate of candidates) each.push(await removeTogether(db, run, kind, [candidate]));
    return { locked: each.flatMap(({ locked }) => locked), removed: each.flatMap(({ removed }) => removed) };
  }
}

async function removeManifestLinks(trx: Database, locked: readonly Candidate[]): Promise<readonly Removed[]> {
  const { rows } = await sql<Removed>`with removed as (
      delete from registry_repository_manifest l using ${given(locked)}
      where l.repository_id = g.repository_id and l.digest = g.digest and not ${manifestIsNeeded()}
      returning l.repository_id, l.digest
    ), ${remembered('manifest')}
    select 'manifest-link' as kind, r.name as repository, x.digest, 0 as "sizeBytes"
    from removed x join registry_repository r on r.id = x.repository_id`.execute(trx);
  return rows;
}

async function removeBlobLinks(
  trx: Database,
  locked: readonly Candidate[],
  run: GarbageRun,
): Promise<readonly Removed[]> {
  const { rows } = await sql<Removed>`with removed as (
      delete from registry_repository_blob l using ${given(locked)}
      where l.repository_id = g.repository_id and l.digest = g.digest
        and l.linked_at <= ${run.due}::timestamptz and not ${blobIsUsed()}
      returning l.repository_id, l.digest
    ), ${remembered('blob')}
    select 'blob-link' as kind, r.name as repository, x.digest, 0 as "sizeBytes"
    from removed x join registry_repository r on r.id = x.repository_id`.execute(trx);
  return rows;
}

async function removeManifests(trx: Database, locked: readonly Candidate[]): Promise<readonly Removed[]> {
  const { rows } = await sql<Removed>`delete from registry_manifest m using ${given(locked)}
    where m.digest = g.digest and not exists (select from registry_kept_manifest k where k.digest = m.digest)
    returning 'manifest' as kind, '' as repository, m.digest, m.size_bytes as "sizeBytes"`.execute(trx);
  return rows;
}

/** Bytes that are not in the row are doomed in the same transaction, and counted when they go. */
async function removeBlobs(trx: Database, locked: readonly Candidate[]): Promise<readonly Removed[]> {
  const { rows } = await sql<Removed>`with removed as (
      delete from registry_blob b using ${given(locked)}
      where b.digest = g.digest and not exists (select from registry_kept_blob k where k.digest = b.digest)
      returning b.digest, case when b.content is null then 0 else b.size_bytes end as size_bytes
    ), forgotten as (
      delete from registry_lost_link l using removed x where l.kind = 'blob' and l.digest = x.digest
    )
    select 'blob' as kind, '' as repository, digest, size_bytes as "sizeBytes" from removed`.execute(trx);
  return rows;
}

function remembered(kind: 'manifest' | 'blob') {
  return sql`remembered as (
    insert into registry_lost_link (kind, repository_id, digest) select ${kind}, repository_id, digest from removed
    on conflict (kind, repository_id, digest) do update set lost_at = now()
  )`;
}

function given(candidates: readonly Candidate[]) {
  const repositories = candidates.map((candidate) => candidate.repositoryId);
  const digests = candidates.map((candidate) => candidate.digest);
  return sql`unnest(${repositories}::bigint[], ${digests}::text[]) as g (repository_id, digest)`;
}
