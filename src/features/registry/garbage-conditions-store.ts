import { type RawBuilder, sql } from 'kysely';

/** Links that are taken for deleted already, as in a trial: two arrays of equal length. */
export interface Gone {
  readonly repositories: readonly number[];
  readonly digests: readonly string[];
}

/** A blob with more users than this is looked for among the repository's manifests instead. */
const FEW_USERS = 500;

/**
 * Of a manifest's link `l`: a tag names it, an index in the repository lists it, or what it refers to is there. What was
 * deleted and may come back counts as there.
 */
export function manifestIsNeeded(gone?: Gone): RawBuilder<boolean> {
  return sql`(
    exists (select from registry_tag t where t.repository_id = l.repository_id and t.digest = l.digest)
    or exists (select from registry_manifest_child c
      join registry_kept_manifest k on k.repository_id = l.repository_id and k.digest = c.parent
      where c.child = l.digest ${isStillThere(gone)})
    or exists (select from registry_manifest s
      join registry_kept_manifest k on k.repository_id = l.repository_id and k.digest = s.subject
      where s.digest = l.digest ${isStillThere(gone)})
  )`;
}

/**
 * Of a blob's link `l`: a manifest in the repository uses it. A blob that half the registry uses (an empty config) is
 * looked for from the repository's side, any other from its own, so that neither search is long.
 */
export function blobIsUsed(gone?: Gone): RawBuilder<boolean> {
  return sql`(case when
      (select count(*) from (select from registry_manifest_blob u where u.blob = l.digest limit ${FEW_USERS}) f)
      < ${FEW_USERS}
    then exists (select from registry_manifest_blob u
      join registry_kept_manifest k on k.repository_id = l.repository_id and k.digest = u.manifest
      where u.blob = l.digest ${isStillThere(gone)})
    else exists (select from (
        select k.digest from registry_kept_manifest k
        where k.repository_id = l.repository_id ${isStillThere(gone)} offset 0
      ) k where exists (select from registry_manifest_blob u where u.manifest = k.digest and u.blob = l.digest))
    end)`;
}

function isStillThere(gone: Gone | undefined): RawBuilder<unknown> {
  if (!gone || gone.digests.length === 0) return sql``;
  return sql`and not exists (
    select from unnest(${gone.repositories}::bigint[], ${gone.digests}::text[]) as x (repository_id, digest)
    where x.repository_id = l.repository_id and x.digest = k.digest)`;
}
