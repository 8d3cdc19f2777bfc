import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import type { DigestRange } from './scrub.ts';

export interface StoredRow {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly kind: 'manifest' | 'inline' | 'stored';
}

/** The rows of a range in the order of the digests: manifests and blobs, with where their bytes are. */
export async function listStoredRows(db: Database, range: DigestRange): Promise<StoredRow[]> {
  const { rows } = await sql<StoredRow>`
    select digest, size_bytes as "sizeBytes", case when content is null then 'stored' else 'inline' end as kind
    from registry_blob where digest >= ${range.from} and digest < ${range.to}
    union all
    select digest, size_bytes, 'manifest' from registry_manifest where digest >= ${range.from} and digest < ${range.to}
    order by digest, kind`.execute(db);
  return rows;
}

/** The bytes that a row holds; undefined when the row is gone. */
export async function readRowContent(db: Database, row: StoredRow): Promise<Buffer | undefined> {
  const table = row.kind === 'manifest' ? sql`registry_manifest` : sql`registry_blob`;
  const { rows } = await sql<{ content: Buffer | null }>`
    select content from ${table} where digest = ${row.digest}`.execute(db);
  return rows[0]?.content ?? undefined;
}

/** Puts the right bytes into a row that held others. */
export async function replaceRowContent(db: Database, row: StoredRow, content: Buffer): Promise<void> {
  const table = row.kind === 'manifest' ? sql`registry_manifest` : sql`registry_blob`;
  await sql`update ${table} set content = ${content}, size_bytes = ${content.length}
    where digest = ${row.digest}`.execute(db);
}

/** The digest was right and the size was not. */
export async function correctBlobSize(db: Database, digest: Digest, sizeBytes: number): Promise<void> {
  await sql`update registry_blob set size_bytes = ${sizeBytes} where digest = ${digest}`.execute(db);
}

/** Which of these a row knows, or are waiting for their removal because their row was removed. */
export async function listKnownBlobs(db: Database, digests: readonly Digest[]): Promise<Set<Digest>> {
  const { rows } = await sql<{ digest: Digest }>`
    select digest from registry_blob where digest = any(${digests}::text[])
    union select digest from registry_doomed_bytes where digest = any(${digests}::text[]) and reason <> 'no-row'`.execute(
    db,
  );
  return new Set(rows.map((row) => row.digest));
}

/** Repositories that have the blob or manifest, some of them. */
export async function repositoriesHolding(db: Database, digest: Digest, limit = 20): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from registry_repository where id in (
      select repository_id from registry_repository_blob where digest = ${digest}
      union select repository_id from registry_repository_manifest where digest = ${digest}
    ) order by name limit ${limit}`.execute(db);
  return rows.map((row) => row.name);
}

/** Manifests that use the blob, some of them. */
export async function manifestsUsing(db: Database, blob: Digest, limit: number): Promise<Digest[]> {
  const { rows } = await sql<{ manifest: Digest }>`
    select manifest from registry_manifest_blob where blob = ${blob} order by manifest limit ${limit}`.execute(db);
  return rows.map((row) => row.manifest);
}

/** Manifests of a range that a repository serves without their config, which no push leaves out. */
export async function listIncomplete(
  db: Database,
  range: DigestRange,
): Promise<{ digest: Digest; repository: string; blob: Digest; sizeBytes: number }[]> {
  const { rows } = await sql<{ digest: Digest; repository: string; blob: Digest; sizeBytes: number }>`
    select u.manifest as digest, r.name as repository, u.blob, u.size_bytes as "sizeBytes"
    from registry_manifest_blob u
    join registry_repository_manifest l on l.digest = u.manifest
    join registry_repository r on r.id = l.repository_id
    where u.manifest >= ${range.from} and u.manifest < ${range.to} and u.position = 1 and not exists (
      select from registry_repository_blob b where b.repository_id = l.repository_id and b.digest = u.blob)
    order by u.manifest, r.name`.execute(db);
  return rows;
}

/** Rows that no repository has and that are not queued for removal: they are queued. Says how many. */
export async function queueStrays(db: Database, range: DigestRange): Promise<number> {
  const { rows } = await sql<{ count: number }>`with strays as (
      insert into registry_garbage (kind, repository_id, digest, reason, since)
      select 'manifest', 0, m.digest, 'unlinked', now() from registry_manifest m
      where m.digest >= ${range.from} and m.digest < ${range.to}
        and not exists (select from registry_kept_manifest k where k.digest = m.digest)
      union all
      select 'blob', 0, b.digest, 'unlinked', now() from registry_blob b
      where b.digest >= ${range.from} and b.digest < ${range.to}
        and not exists (select from registry_kept_blob k where k.digest = b.digest)
      on conflict (kind, repository_id, digest) do nothing returning digest
    )
    select count(*) as count from strays`.execute(db);
  return rows[0]?.count ?? 0;
}
