import { type RawBuilder, sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import type { GarbageCause, GarbageKind } from './garbage.ts';
import { blobIsUsed, type Gone, manifestIsNeeded } from './garbage-conditions-store.ts';

/** Something that would go. */
export interface Victim {
  readonly kind: GarbageKind;
  readonly repositoryId: number;
  /** Empty where the whole registry is meant. */
  readonly repository: string;
  readonly digest: Digest;
  readonly cause: GarbageCause;
  readonly sizeBytes: number;
  readonly since: Date;
  /** How many places hold it now; it is freed when all of them go. */
  readonly holders: number;
}

/** Manifests in repositories that would go first. */
export function listManifestVictims(db: Database, limit: number): Promise<Victim[]> {
  return manifestVictims(
    db,
    sql`(select repository_id, digest, reason, since from registry_garbage where kind = 'manifest-link')`,
    undefined,
    limit,
  );
}

/** Manifests that would go because those of `frontier` do; `gone` are all that go. */
export function listManifestsBelow(
  db: Database,
  frontier: readonly Victim[],
  gone: readonly Victim[],
  limit: number,
): Promise<Victim[]> {
  const below = sql`(
    select f.repository_id, c.child as digest, 'index-deleted' as reason, f.since
    from ${those(frontier)} join registry_manifest_child c on c.parent = f.digest
    union all select f.repository_id, m.digest, 'subject-deleted', f.since
    from ${those(frontier)} join registry_manifest m on m.subject = f.digest)`;
  return manifestVictims(db, below, goneOf(gone), limit);
}

async function manifestVictims(
  db: Database,
  candidates: RawBuilder<unknown>,
  gone: Gone | undefined,
  limit: number,
): Promise<Victim[]> {
  const { rows } = await sql<Victim>`
    select distinct on (q.since, l.repository_id, l.digest) 'manifest-link' as kind, r.id as "repositoryId",
      r.name as repository, l.digest, q.reason as cause, m.size_bytes as "sizeBytes", q.since,
      (select count(*) from registry_kept_manifest k where k.digest = l.digest) as holders
    from ${candidates} q
    join registry_repository_manifest l on l.repository_id = q.repository_id and l.digest = q.digest
    join registry_repository r on r.id = l.repository_id join registry_manifest m on m.digest = l.digest
    where not ${manifestIsNeeded(gone)}
    order by q.since, l.repository_id, l.digest limit ${limit}`.execute(db);
  return rows;
}

/** Blobs in repositories that nothing would use any more, when these manifests are gone. */
export async function listBlobVictims(db: Database, gone: readonly Victim[], limit: number): Promise<Victim[]> {
  const { rows } = await sql<Victim>`
    select distinct on (q.since, l.repository_id, l.digest) 'blob-link' as kind, r.id as "repositoryId",
      r.name as repository, l.digest, q.reason as cause, b.size_bytes as "sizeBytes", q.since,
      (select count(*) from registry_kept_blob k where k.digest = l.digest) as holders
    from (
      select repository_id, digest, reason, since from registry_garbage where kind = 'blob-link'
      union all select f.repository_id, u.blob, 'manifest-deleted', f.since
      from ${those(gone)} join registry_manifest_blob u on u.manifest = f.digest
    ) q
    join registry_repository_blob l on l.repository_id = q.repository_id and l.digest = q.digest
    join registry_repository r on r.id = l.repository_id join registry_blob b on b.digest = l.digest
    where not ${blobIsUsed(goneOf(gone))}
    order by q.since, l.repository_id, l.digest limit ${limit}`.execute(db);
  return rows;
}

/** What no repository has already. */
export async function listUnlinkedVictims(db: Database, limit: number): Promise<Victim[]> {
  const { rows } = await sql<Victim>`
    select q.kind, 0::bigint as "repositoryId", '' as repository, q.digest, q.reason as cause,
      m.size_bytes as "sizeBytes", q.since, 0::bigint as holders
    from registry_garbage q join registry_manifest m on m.digest = q.digest
    where q.kind = 'manifest' and not exists (select from registry_kept_manifest k where k.digest = q.digest)
    union all
    select q.kind, 0, '', q.digest, q.reason, b.size_bytes, q.since, 0
    from registry_garbage q join registry_blob b on b.digest = q.digest
    where q.kind = 'blob' and not exists (select from registry_kept_blob k where k.digest = q.digest)
    union all
    select 'bytes', 0, '', d.digest, d.reason, d.size_bytes, d.since, 0 from registry_doomed_bytes d
    where not exists (select from registry_blob b where b.digest = d.digest)
    order by since, digest limit ${limit}`.execute(db);
  return rows;
}

/** Beyond it is not counted. */
const COUNTED = 100_000;

/** How many candidates wait to be looked at, up to a hundred thousand. */
export async function countGarbage(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (
    (select from registry_garbage limit ${COUNTED})
    union all (select from registry_doomed_bytes limit ${COUNTED}) limit ${COUNTED}) as waiting`.execute(db);
  return rows[0]?.count ?? 0;
}

function goneOf(victims: readonly Victim[]): Gone {
  return {
    repositories: victims.map((victim) => victim.repositoryId),
    digests: victims.map((victim) => victim.digest),
  };
}

function those(victims: readonly Victim[]) {
  const { repositories, digests } = goneOf(victims);
  const since = victims.map((victim) => victim.since.toISOString());
  return sql`unnest(${repositories}::bigint[], ${digests}::text[], ${since}::timestamptz[])
    as f (repository_id, digest, since)`;
}
