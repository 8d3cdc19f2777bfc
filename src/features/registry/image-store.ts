import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';

/** The manifest and everything below it that the repository has, parents first. */
export async function listTree(db: Database, repository: string, root: Digest): Promise<Digest[]> {
  const result = await sql<{ digest: Digest }>`with recursive source as (
      select id from registry_repository where name = ${repository}
    ), tree (digest, depth) as (
      select l.digest, 0 from registry_repository_manifest l, source
      where l.repository_id = source.id and l.digest = ${root}
      union
      select c.child, tree.depth + 1 from tree
      join registry_manifest_child c on c.parent = tree.digest
      join source on true
      join registry_repository_manifest l on l.repository_id = source.id and l.digest = c.child
      where tree.depth < 16
    )
    select digest from tree group by digest order by min(depth), digest`.execute(db);
  return result.rows.map((row) => row.digest);
}

/** Puts manifests with the blobs that the source has into another repository; says which were not there before. */
export async function copyLinks(
  db: Database,
  sourceId: number,
  targetId: number,
  digests: readonly Digest[],
): Promise<Digest[]> {
  if (digests.length === 0) return [];
  await sql`insert into registry_repository_blob (repository_id, digest)
    select distinct ${targetId}::bigint, l.digest
    from registry_manifest_blob u
    join registry_repository_blob l on l.digest = u.blob and l.repository_id = ${sourceId}
    where u.manifest = any(${digests}::text[])
    order by l.digest
    on conflict do nothing`.execute(db);
  const linked = await sql<{
    digest: Digest;
  }>`insert into registry_repository_manifest (repository_id, digest, pushed_by)
    select ${targetId}::bigint, l.digest, l.pushed_by
    from registry_repository_manifest l
    where l.repository_id = ${sourceId} and l.digest = any(${digests}::text[])
    order by l.digest
    on conflict do nothing
    returning digest`.execute(db);
  return linked.rows.map((row) => row.digest);
}

export interface TakenTag {
  readonly name: string;
  readonly digest: Digest;
  readonly updatedAt: Date;
}

/** What was taken out of a repository, as it was there. */
export interface Taken {
  readonly manifests: readonly {
    readonly digest: Digest;
    readonly pushedBy: string | null;
    readonly linkedAt: Date;
  }[];
  readonly tags: readonly TakenTag[];
}

/** Takes manifests out of a repository, with the tags that point to them. In a transaction. */
export async function takeLinks(db: Database, repositoryId: number, digests: readonly Digest[]): Promise<Taken> {
  if (digests.length === 0) return { manifests: [], tags: [] };
  // Waits for pushes of these manifests; only what is asked after that sees their tags.
  await sql`select from registry_repository_manifest
    where repository_id = ${repositoryId} and digest = any(${digests}::text[]) order by digest for update`.execute(db);
  const tags = await sql<TakenTag>`delete from registry_tag
    where repository_id = ${repositoryId} and digest = any(${digests}::text[])
    returning name, digest, updated_at as "updatedAt"`.execute(db);
  const manifests = await sql<Taken['manifests'][number]>`delete from registry_repository_manifest
    where repository_id = ${repositoryId} and digest = any(${digests}::text[])
    returning digest, pushed_by as "pushedBy", linked_at as "linkedAt"`.execute(db);
  return { manifests: manifests.rows, tags: tags.rows };
}

/** As `takeLinks`; says which were there. */
export async function removeLinks(db: Database, repositoryId: number, digests: readonly Digest[]): Promise<Digest[]> {
  return (await takeLinks(db, repositoryId, digests)).manifests.map(({ digest }) => digest);
}

/** Which of these the repository's other indexes list: indexes that are not among them. */
export async function listSharedWithin(
  db: Database,
  repositoryId: number,
  digests: readonly Digest[],
): Promise<Digest[]> {
  const result = await sql<{ digest: Digest }>`select distinct c.child as digest
    from registry_manifest_child c
    join registry_repository_manifest l on l.digest = c.parent and l.repository_id = ${repositoryId}
    where c.child = any(${digests}::text[]) and not c.parent = any(${digests}::text[])`.execute(db);
  return result.rows.map((row) => row.digest);
}
