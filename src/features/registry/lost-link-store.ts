import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';

/*
 * What the collector took out of a repository is remembered for a while. A client that was told that the repository has
 * a blob, and does not send it, gets it back when it pushes the manifest.
 */

/** Puts blobs back that the collector took out, and says which: those whose bytes are still here. In a transaction. */
export async function restoreLostBlobs(
  db: Database,
  repositoryId: number,
  digests: readonly Digest[],
): Promise<Digest[]> {
  const restored = await sql<{ digest: Digest }>`with lost as (
      select digest from registry_lost_link
      where kind = 'blob' and repository_id = ${repositoryId} and digest = any(${digests}::text[])
    ), here as (
      select b.digest from registry_blob b where b.digest in (select digest from lost) order by b.digest for key share
    )
    insert into registry_repository_blob (repository_id, digest) select ${repositoryId}::bigint, digest from here
    on conflict (repository_id, digest) do update set linked_at = now() returning digest`.execute(db);
  return restored.rows.map((row) => row.digest);
}

/** As `restoreLostBlobs`, for manifests with their blobs and what they list. */
export async function restoreLostManifests(
  db: Database,
  repositoryId: number,
  digests: readonly Digest[],
): Promise<Digest[]> {
  const restored = await sql<{ digest: Digest }>`with lost as (
      select digest from registry_lost_link
      where kind = 'manifest' and repository_id = ${repositoryId} and digest = any(${digests}::text[])
    ), here as (
      select m.digest from registry_manifest m where m.digest in (select digest from lost)
      order by m.digest for key share
    )
    insert into registry_repository_manifest (repository_id, digest) select ${repositoryId}::bigint, digest from here
    on conflict (repository_id, digest) do update set linked_at = now() returning digest`.execute(db);
  const found = restored.rows.map((row) => row.digest);
  if (found.length === 0) return [];
  const below = await referencesOf(db, found);
  await restoreLostBlobs(db, repositoryId, below.blobs);
  return [...found, ...(await restoreLostManifests(db, repositoryId, below.children))];
}

async function referencesOf(
  db: Database,
  manifests: readonly Digest[],
): Promise<{ blobs: Digest[]; children: Digest[] }> {
  const { rows } = await sql<{ digest: Digest; isBlob: boolean }>`
    select distinct blob as digest, true as "isBlob" from registry_manifest_blob
    where manifest = any(${manifests}::text[])
    union select child, false from registry_manifest_child where parent = any(${manifests}::text[])`.execute(db);
  const those = (isBlob: boolean) => rows.filter((row) => row.isBlob === isBlob).map((row) => row.digest);
  return { blobs: those(true), children: those(false) };
}

/** What was lost so long ago that nobody counts on it any more is forgotten. */
export async function forgetLostLinks(db: Database, keptMs: number): Promise<void> {
  await sql`delete from registry_lost_link
    where lost_at < now() - ${keptMs}::float8 * interval '1 millisecond'`.execute(db);
}
