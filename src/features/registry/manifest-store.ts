import { sql } from 'kysely';
import { type Digest, isDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import type { ManifestFacts, References, StoredManifest } from './manifest.ts';
import type { RegistryTables } from './tables.ts';

const facts = [
  'm.digest',
  'm.kind',
  'm.media_type as mediaType',
  'm.artifact_type as artifactType',
  'm.subject',
  'm.annotations',
  'm.size_bytes as sizeBytes',
] as const;

/** `reference` is a tag or a digest; undefined when the repository does not have it. */
export async function findManifest(
  db: Database,
  repository: string,
  reference: string,
): Promise<StoredManifest | undefined> {
  const t = db.withTables<RegistryTables>();
  const from = t.selectFrom('registry_repository as r').where('r.name', '=', repository);
  if (isDigest(reference)) {
    return from
      .innerJoin('registry_repository_manifest as l', 'l.repository_id', 'r.id')
      .innerJoin('registry_manifest as m', 'm.digest', 'l.digest')
      .where('l.digest', '=', reference)
      .select([...facts, 'm.content as bytes'])
      .executeTakeFirst();
  }
  return from
    .innerJoin('registry_tag as g', 'g.repository_id', 'r.id')
    .innerJoin('registry_manifest as m', 'm.digest', 'g.digest')
    .where('g.name', '=', reference)
    .select([...facts, 'm.content as bytes'])
    .executeTakeFirst();
}

/** Whatever repository it is in. Throws `MANIFEST_UNKNOWN`. */
export async function getManifestByDigest(db: Database, digest: Digest): Promise<StoredManifest> {
  const t = db.withTables<RegistryTables>();
  const found = await t
    .selectFrom('registry_manifest as m')
    .select([...facts, 'm.content as bytes'])
    .where('m.digest', '=', digest)
    .executeTakeFirst();
  if (found) return found;
  throw new AppError('MANIFEST_UNKNOWN', `cannot find manifest ${digest}: no repository has it`);
}

/** Stores a manifest and what it points to; a manifest that is here already stays as it is. */
export async function insertManifest(db: Database, manifest: StoredManifest, references: References): Promise<void> {
  const { digest } = manifest;
  const annotations = JSON.stringify(manifest.annotations);
  // A row that is there is locked, so that it stays until its link is: the collector passes over it.
  const inserted = await sql`with known as (select digest from registry_manifest where digest = ${digest} for key share)
    insert into registry_manifest
      (digest, kind, media_type, artifact_type, subject, annotations, size_bytes, content)
    select ${digest}, ${manifest.kind}, ${manifest.mediaType}, ${manifest.artifactType}::text, ${manifest.subject}::text,
      ${annotations}::jsonb, ${manifest.sizeBytes}::bigint, ${manifest.bytes}::bytea
    where not exists (select from known)
    on conflict (digest) do nothing returning digest`.execute(db);
  if (inserted.rows.length === 0) return;
  if (references.children.length > 0) {
    await sql`insert into registry_manifest_child (parent, child, position)
      select ${digest}, child, position from unnest(${references.children}::text[])
      with ordinality as given (child, position)`.execute(db);
  }
  if (references.blobs.length > 0) {
    const digests = references.blobs.map((blob) => blob.digest);
    const sizes = references.blobs.map((blob) => blob.sizeBytes);
    await sql`insert into registry_manifest_blob (manifest, blob, size_bytes, position)
      select ${digest}, blob, size_bytes, position from unnest(${digests}::text[], ${sizes}::bigint[])
      with ordinality as given (blob, size_bytes, position)`.execute(db);
  }
}

/** True when the manifest was not in the repository before. It stays there until the transaction ends. */
export async function linkManifest(
  db: Database,
  repositoryId: number,
  digest: Digest,
  pushedBy: string | null,
): Promise<boolean> {
  // An update that changes nothing locks the row, so that a deletion cannot come between this and a tag.
  const linked = await sql<{ created: boolean }>`
    insert into registry_repository_manifest as l (repository_id, digest, pushed_by)
    values (${repositoryId}, ${digest}, ${pushedBy})
    on conflict (repository_id, digest) do update set pushed_by = l.pushed_by
    returning xmax = 0 as created`.execute(db);
  return linked.rows[0]?.created ?? false;
}

/** Which of these the repository has; they cannot be taken out of it before the transaction ends. */
export async function holdManifests(db: Database, repositoryId: number, digests: readonly Digest[]): Promise<Digest[]> {
  const held = await sql<{ digest: Digest }>`select digest from registry_repository_manifest
    where repository_id = ${repositoryId} and digest = any(${digests}::text[])
    order by digest for key share`.execute(db);
  return held.rows.map((row) => row.digest);
}

/** The indexes in that repository that list the manifest. */
export async function parentsOf(db: Database, repository: string, digest: Digest): Promise<Digest[]> {
  const t = db.withTables<RegistryTables>();
  const rows = await t
    .selectFrom('registry_manifest_child as c')
    .innerJoin('registry_repository_manifest as l', 'l.digest', 'c.parent')
    .innerJoin('registry_repository as r', 'r.id', 'l.repository_id')
    .select('c.parent')
    .where('c.child', '=', digest)
    .where('r.name', '=', repository)
    .orderBy('c.parent')
    .execute();
  return rows.map((row) => row.parent);
}

/** What an index lists, in its order, stored or not. */
export async function childrenOf(db: Database, digest: Digest): Promise<Digest[]> {
  const t = db.withTables<RegistryTables>();
  const rows = await t
    .selectFrom('registry_manifest_child')
    .select('child')
    .where('parent', '=', digest)
    .orderBy('position')
    .execute();
  return rows.map((row) => row.child);
}

/** The bytes of everything below a manifest, each blob once: what a pull of all platforms moves. */
export async function imageSize(db: Database, digest: Digest): Promise<number> {
  const result = await sql<{ total: number }>`with recursive tree (digest) as (
      select ${digest}::text collate "C"
      union select c.child from tree join registry_manifest_child c on c.parent = tree.digest
    )
    select least(coalesce(sum(size_bytes), 0), 9007199254740991)::bigint as total
    from (select distinct u.blob, u.size_bytes from tree join registry_manifest_blob u on u.manifest = tree.digest) b
  `.execute(db);
  return result.rows[0]?.total ?? 0;
}

export interface ReferrersPage {
  readonly referrers: readonly ManifestFacts[];
  /** The `after` of the next page, when there is one. */
  readonly next: Digest | undefined;
}

/** What refers to the digest in that repository, in the order of the digests. The subject itself may be missing. */
export async function listReferrers(
  db: Database,
  repository: string,
  digest: Digest,
  page: { readonly artifactType?: string; readonly after?: string; readonly limit?: number } = {},
): Promise<ReferrersPage> {
  const { artifactType, after, limit = 1000 } = page;
  const t = db.withTables<RegistryTables>();
  let query = t
    .selectFrom('registry_manifest as m')
    .innerJoin('registry_repository_manifest as l', 'l.digest', 'm.digest')
    .innerJoin('registry_repository as r', 'r.id', 'l.repository_id')
    .select(facts)
    .where('m.subject', '=', digest)
    .where('r.name', '=', repository)
    .orderBy('m.digest')
    .limit(limit + 1);
  if (artifactType !== undefined) query = query.where('m.artifact_type', '=', artifactType);
  if (after !== undefined) query = query.where('m.digest', '>', after as Digest);
  const referrers = await query.execute();
  const next = referrers.length > limit ? referrers[limit - 1]?.digest : undefined;
  return { referrers: referrers.slice(0, limit), next };
}
