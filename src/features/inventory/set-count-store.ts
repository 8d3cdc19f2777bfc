import { type RawBuilder, sql } from 'kysely';
import type { FindingCounts } from '#model/finding-counts.ts';
import { addCountsTo, givenCounts, setCountsFrom, sumCounts } from '#platform/database/count-columns.ts';
import type { Database } from '#platform/database/database.ts';

/** Package → its counts. What an operating system's package owns is counted with that package. */
export type PackageCounts = ReadonlyMap<number, FindingCounts>;

/** Whoever changes findings, sets or postures does it alone until its transaction ends: so they always agree. */
export async function lockCounts(db: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('assay.counts', 0))`.execute(db);
}

/** Sets whose findings nobody has summed up yet; of one platform image, or any. */
export async function uncountedSets(
  db: Database,
  { digest, limit = 1_000 }: { readonly digest?: string; readonly limit?: number },
): Promise<number[]> {
  const within =
    digest === undefined ? sql`` : sql`and id in (select set_id from inventory_image_set where digest = ${digest})`;
  const { rows } = await sql<{ id: number }>`
    select id from inventory_set where not counted ${within} order by id limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
}

/** The packages of these sets that count. */
export async function packagesOfSets(db: Database, sets: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct package_id as id from inventory_set_member
    where set_id = any(${[...sets]}::bigint[]) and owned_by is null`.execute(db);
  return rows.map((row) => row.id);
}

/** Sums the sets up anew, from the counts of all their packages that have findings. */
export async function countSets(db: Database, sets: readonly number[], packages: PackageCounts): Promise<void> {
  await sql`update inventory_set s set counted = true, ${setCountsFrom('total')}
    from (
      select wanted.id, ${sumCounts('given')} from unnest(${[...sets]}::bigint[]) as wanted (id)
      left join inventory_set_member m on m.set_id = wanted.id and m.owned_by is null
      left join ${givenCounts(packages, 'bigint')} on given.id = m.package_id
      group by wanted.id
    ) total where s.id = total.id`.execute(db);
}

/** What a change of these packages' counts is to each set that holds them: rows `set_id` and counts. */
function setChanges(changes: PackageCounts): RawBuilder<unknown> {
  return sql`select m.set_id, ${sumCounts('given')}
    from ${givenCounts(changes, 'bigint')} join inventory_set_member m on m.package_id = given.id
    where m.owned_by is null group by m.set_id`;
}

/** Adds a change of packages' counts to every set that holds them; whoever counts a new set does it anew. */
export async function addToSets(db: Database, changes: PackageCounts): Promise<void> {
  await sql`update inventory_set s set ${addCountsTo('s', 'change')}
    from (${setChanges(changes)}) change where s.id = change.set_id`.execute(db);
}

/** What the same change is to each platform image: rows `digest` and counts, for a statement of whoever keeps them. */
export function imageChanges(changes: PackageCounts): RawBuilder<unknown> {
  return sql`select i.digest, ${sumCounts('change')}
    from (${setChanges(changes)}) change
    join inventory_image_set i on i.set_id = change.set_id
    group by i.digest`;
}

/** The counts of platform images: rows `digest` and counts, for a statement of whoever keeps them. */
export function imageCounts(digests: readonly string[]): RawBuilder<unknown> {
  return sql`select wanted.digest, ${sumCounts('s')}
    from unnest(${[...digests]}::text[]) as wanted (digest)
    left join inventory_image_set i on i.digest = wanted.digest
    left join inventory_set s on s.id = i.set_id
    group by wanted.digest`;
}

/** The platform images that hold any of these sets. */
export async function imagesWithSets(db: Database, sets: readonly number[]): Promise<string[]> {
  const { rows } = await sql<{ digest: string }>`
    select distinct digest from inventory_image_set where set_id = any(${[...sets]}::bigint[]) order by digest`.execute(
    db,
  );
  return rows.map((row) => row.digest);
}

/** Where packages are: one row for each platform image and package, with how often the image counts it. */
export async function holdersOf(
  db: Database,
  packages: readonly number[],
  digests?: readonly string[],
): Promise<{ digest: string; packageId: number; times: number }[]> {
  const within = digests === undefined ? sql`` : sql`and i.digest = any(${[...digests]}::text[])`;
  const { rows } = await sql<{ digest: string; packageId: number; times: number }>`
    select i.digest, m.package_id as "packageId", count(*)::int as times
    from inventory_set_member m join inventory_image_set i on i.set_id = m.set_id
    where m.package_id = any(${[...packages]}::bigint[]) and m.owned_by is null ${within}
    group by i.digest, m.package_id`.execute(db);
  return rows;
}

/** Remembers packages whose findings have changed; the image `seenBy`, if any, knows already. */
export async function rememberChanges(db: Database, packages: Iterable<number>, seenBy: string | null): Promise<void> {
  await sql`insert into inventory_package_change (package_id, seen_by)
    select id, ${seenBy} from unnest(${[...packages]}::bigint[]) as given (id)`.execute(db);
}

/** Takes some of the remembered packages, those together that the same image has seen. In a transaction. */
export async function takeChanges(
  db: Database,
  limit: number,
): Promise<{ readonly packages: readonly number[]; readonly seenBy: string | null } | undefined> {
  const { rows } = await sql<{ packages: number[]; seenBy: string | null }>`
    with first as (select seen_by from inventory_package_change order by id limit 1),
    taken as (
      delete from inventory_package_change where id in (
        select c.id from inventory_package_change c, first
        where c.seen_by is not distinct from first.seen_by order by c.id limit ${limit} for update of c skip locked)
      returning package_id, seen_by
    )
    select array_agg(distinct package_id) as packages, seen_by as "seenBy" from taken group by seen_by`.execute(db);
  return rows[0];
}
