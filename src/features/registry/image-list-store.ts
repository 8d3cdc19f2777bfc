import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';

/** Digests of images that a tag names, in order; `after` is the last one of the page before. */
export async function listTaggedImages(
  db: Database,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<Digest[]> {
  const rows = await sql<{ digest: Digest }>`
    select distinct g.digest from registry_tag g join registry_manifest m on m.digest = g.digest
    where m.kind in ('image', 'index') and g.digest > ${page.after ?? ''}
    order by g.digest limit ${page.limit}`.execute(db);
  return rows.rows.map((row) => row.digest);
}

/** Of these images, those that a tag names, and the indexes in any repository that list them. */
export async function topImagesOf(db: Database, digests: readonly string[]): Promise<Digest[]> {
  if (digests.length === 0) return [];
  const rows = await sql<{ digest: Digest }>`
    with recursive tree (digest) as (
      select given collate "C" from unnest(${[...digests]}::text[]) given
      union select c.parent from tree join registry_manifest_child c on c.child = tree.digest
    )
    select distinct t.digest from tree t join registry_tag g on g.digest = t.digest order by t.digest`.execute(db);
  return rows.rows.map((row) => row.digest);
}
