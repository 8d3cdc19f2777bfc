import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { EVERYWHERE } from '#model/namespace-rules.ts';
import type { Database } from '#platform/database/database.ts';

/** What stands below a place: its unique bytes, each blob and manifest once however many repositories have it. */
export interface Room {
  readonly place: string;
  readonly bytes: number;
  /** The content that was asked for is below the place already, and adds nothing. */
  readonly hasContent: boolean;
}

/** The sum of a few rows, whatever the place holds. A place whose bytes are not counted is left out. */
export async function roomIn(
  db: Database,
  places: readonly string[],
  digest: Digest | undefined,
): Promise<readonly Room[]> {
  if (places.length === 0) return [];
  const rows = await sql<Room>`select p.place, coalesce((select sum(u.bytes) from registry_usage u
      where u.place_id = p.id), 0)::bigint as bytes,
      exists (select from registry_usage_content c where c.place_id = p.id and c.digest = ${digest ?? ''}) as "hasContent"
    from registry_usage_place p where p.place = any(${[...places]}::text[])`.execute(db);
  return rows.rows;
}

/** How many repositories below the place hold something, counted up to `enough`. */
export async function countRepositories(db: Database, place: string, enough: number): Promise<number> {
  const below =
    place === EVERYWHERE
      ? sql`true`
      : sql`(r.name = ${place} or (r.name > ${`${place}/`} and r.name < ${`${place}0`}))`;
  const rows = await sql<{ count: number }>`select count(*) as count from (
    select from registry_repository r where ${below}
      and exists (select from registry_repository_manifest l where l.repository_id = r.id) limit ${enough}) found`.execute(
    db,
  );
  return rows.rows[0]?.count ?? 0;
}

/** Whether the repository holds something. */
export async function hasManifests(db: Database, repository: string): Promise<boolean> {
  const rows = await sql`select from registry_repository r where r.name = ${repository}
    and exists (select from registry_repository_manifest l where l.repository_id = r.id)`.execute(db);
  return rows.rows.length > 0;
}

/** Lets one transaction after the other add a repository below the place. */
export async function lockRepositories(db: Database, place: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`repositories ${place}`}, 0))`.execute(db);
}

/**
 * Counts the bytes of exactly these places from now on, from what is there. In a transaction, at its beginning where places
 * are new: pushes wait until it ends, for as long as it takes to count what is below them.
 */
export async function countPlaces(db: Database, places: readonly string[]): Promise<void> {
  const known = await sql<{ place: string }>`select place from registry_usage_place`.execute(db);
  const before = new Set(known.rows.map(({ place }) => place));
  const fresh = places.filter((place) => !before.has(place));
  const over = [...before].filter((place) => !places.includes(place));
  if (fresh.length === 0 && over.length === 0) return;
  await lockLinks(db);
  await sql`delete from registry_usage_place where place = any(${over}::text[])`.execute(db);
  await sql`insert into registry_usage_place (place) select unnest(${[...fresh]}::text[])`.execute(db);
  await sql`update registry_repository r set usage_places = wanted.places
    from (select r.id, array_agg(p.id order by p.id) filter (where p.id is not null) as places
      from registry_repository r left join registry_usage_place p
        on p.place in ('*', r.name) or starts_with(r.name, p.place || '/') group by r.id) wanted
    where wanted.id = r.id and wanted.places is distinct from r.usage_places`.execute(db);
  for (const place of fresh) await countContent(db, place);
}

const LOCK_TIMEOUT = '55P03';

async function lockLinks(db: Database): Promise<void> {
  try {
    await sql`set local lock_timeout = '20s'`.execute(db);
    await sql`lock table registry_repository, registry_repository_blob, registry_repository_manifest
      in share row exclusive mode`.execute(db);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== LOCK_TIMEOUT) throw cause;
    throw new AppError('unavailable', 'cannot count what the quota bounds: pushes leave no moment for it; try again', {
      cause,
    });
  }
}

async function countContent(db: Database, place: string): Promise<void> {
  await sql`with content as (
    insert into registry_usage_content (place_id, digest, size_bytes)
    select p.id, found.digest, max(found.size_bytes) from registry_usage_place p
    join registry_repository r on p.id = any(r.usage_places)
    cross join lateral (
      select b.digest, b.size_bytes from registry_repository_blob l join registry_blob b on b.digest = l.digest
      where l.repository_id = r.id
      union all select m.digest, m.size_bytes from registry_repository_manifest l
      join registry_manifest m on m.digest = l.digest where l.repository_id = r.id
    ) found where p.place = ${place} group by p.id, found.digest returning place_id, size_bytes)
  insert into registry_usage (place_id, slot, bytes)
    select place_id, 0, sum(size_bytes) from content group by place_id`.execute(db);
}
