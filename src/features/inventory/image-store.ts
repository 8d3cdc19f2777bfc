import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Distribution, Location, Package } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';
import type { Database } from '#platform/database/database.ts';
import type { Inventory, PackageSource } from './coalesce.ts';
import { putPackages } from './package-store.ts';
import type { InventoryTables } from './tables.ts';

/** A package with its row's id. */
export interface StoredPackage {
  readonly id: number;
  readonly package: Package;
}

export interface StoredInventory {
  readonly platform: string;
  readonly distribution: Distribution | null;
  readonly problems: readonly Problem[];
  readonly packages: readonly StoredPackage[];
  readonly layers: readonly string[];
  readonly inventoriedAt: Date;
}

function contentDigest(source: PackageSource, ids: readonly number[]): string {
  const content = source.packages.map(({ locations, ownedBy, licenses }, index) => [
    ids[index],
    locations,
    ownedBy,
    licenses,
  ]);
  return createHash('sha256')
    .update(JSON.stringify([source.id, content]))
    .digest('hex');
}

interface NewSet {
  readonly source: PackageSource;
  readonly ids: readonly number[];
  readonly digest: string;
}

/** The ids of the sets, in the order of their sources. Rows are made in one order everywhere (see `putPackages`). */
async function putSets(db: Database, sources: readonly PackageSource[]): Promise<number[]> {
  const ids = await putPackages(
    db,
    sources.flatMap((source) => source.packages),
  );
  let start = 0;
  const sets = sources.map((source): NewSet => {
    const own = ids.slice(start, start + source.packages.length);
    start += own.length;
    return { source, ids: own, digest: contentDigest(source, own) };
  });
  const setIds = new Map<NewSet, number>();
  for (const set of sets.toSorted((a, b) => (a.digest < b.digest ? -1 : 1))) setIds.set(set, await putSet(db, set));
  return sets.map((set) => setIds.get(set) ?? 0);
}

/** Equal sets are stored once, whatever images they are in. */
async function putSet(db: Database, { source, ids, digest }: NewSet): Promise<number> {
  const t = db.withTables<InventoryTables>();
  const known = await t
    .selectFrom('inventory_set')
    .select('id')
    .where('content_digest', '=', digest)
    .executeTakeFirst();
  if (known) return known.id;
  const created = await t
    .insertInto('inventory_set')
    .values({ content_digest: digest, source: source.id })
    .onConflict((conflict) => conflict.column('content_digest').doUpdateSet({ source: source.id }))
    .returning('id')
    .executeTakeFirstOrThrow();
  const { packages } = source;
  await sql`
    insert into inventory_set_member (set_id, position, package_id, locations, owned_by, licenses)
    select ${created.id}, position, package_id, locations::jsonb, owned_by, licenses::jsonb from unnest(
      ${ids}::bigint[], ${packages.map((each) => JSON.stringify(each.locations))}::text[], ${packages.map((each) => each.ownedBy)}::text[],
      ${packages.map((each) => JSON.stringify(each.licenses))}::text[]) with ordinality as given (package_id, locations, owned_by, licenses, position)
    on conflict do nothing`.execute(db);
  return created.id;
}

/** Stores what is in a platform image, replacing what was known. Whole only in a transaction. */
export async function putInventory(
  db: Database,
  image: {
    readonly digest: string;
    readonly platform: string;
    readonly layers: readonly string[];
    readonly catalogers: Readonly<Record<string, number | string>>;
    readonly inventory: Inventory;
    readonly at: Date;
  },
): Promise<void> {
  const { digest, inventory, layers } = image;
  const t = db.withTables<InventoryTables>();
  const values = {
    platform: image.platform,
    distribution: inventory.distribution && JSON.stringify(inventory.distribution),
    problems: JSON.stringify(inventory.problems),
    catalogers: JSON.stringify(image.catalogers),
    inventoried_at: image.at,
  };
  await t
    .insertInto('inventory_image')
    .values({ digest, ...values })
    .onConflict((conflict) => conflict.column('digest').doUpdateSet(values))
    .execute();
  await t.deleteFrom('inventory_image_set').where('digest', '=', digest).execute();
  await t.deleteFrom('inventory_image_layer').where('digest', '=', digest).execute();
  const sets = await putSets(db, inventory.sources);
  const links = [...new Set(sets)].map((set_id, position) => ({ digest, set_id, position }));
  if (links.length > 0) await t.insertInto('inventory_image_set').values(links).execute();
  const rows = layers.map((diff_id, position) => ({ digest, position, diff_id }));
  if (rows.length > 0) await t.insertInto('inventory_image_layer').values(rows).execute();
}

/** What is known of a platform image beside its packages. */
export type InventoryHead = Pick<StoredInventory, 'platform' | 'distribution' | 'problems' | 'inventoriedAt'>;

/** As `findInventory`, without reading the packages. */
export async function findInventoryHead(db: Database, digest: string): Promise<InventoryHead | undefined> {
  const image = await db
    .withTables<InventoryTables>()
    .selectFrom('inventory_image')
    .select(['platform', 'distribution', 'problems', 'inventoried_at'])
    .where('digest', '=', digest)
    .executeTakeFirst();
  if (!image) return undefined;
  const { inventoried_at: inventoriedAt, ...rest } = image;
  return { ...rest, inventoriedAt };
}

interface MemberRow {
  id: number;
  ecosystem: string;
  name: string;
  version: string;
  purl: string;
  sourceName: string | null;
  sourceVersion: string | null;
  module: string | null;
  locations: Location[];
  ownedBy: string | null;
  licenses: string[];
}

export async function findInventory(db: Database, digest: string): Promise<StoredInventory | undefined> {
  const t = db.withTables<InventoryTables>();
  const image = await t.selectFrom('inventory_image').selectAll().where('digest', '=', digest).executeTakeFirst();
  if (!image) return undefined;
  const members = await sql<MemberRow>`
    select p.id, p.ecosystem, p.name, p.version, p.purl, p.source_name as "sourceName", p.source_version as "sourceVersion", p.module,
      m.locations, m.owned_by as "ownedBy", m.licenses
    from inventory_image_set i join inventory_set_member m on m.set_id = i.set_id join inventory_package p on p.id = m.package_id
    where i.digest = ${digest} order by i.position, m.position`.execute(db);
  const layers = await t
    .selectFrom('inventory_image_layer')
    .select('diff_id')
    .where('digest', '=', digest)
    .orderBy('position')
    .execute();
  return {
    platform: image.platform,
    distribution: image.distribution,
    problems: image.problems,
    packages: members.rows.map(({ id, ...item }) => ({ id, package: item })),
    layers: layers.map((layer) => layer.diff_id),
    inventoriedAt: image.inventoried_at,
  };
}

/** False when the image is unknown, or was read by other versions of the catalogers. */
export async function isInventoried(
  db: Database,
  digest: string,
  catalogers: Readonly<Record<string, number | string>>,
): Promise<boolean> {
  const row = await db
    .withTables<InventoryTables>()
    .selectFrom('inventory_image')
    .select('digest')
    .where('digest', '=', digest)
    .where(sql<boolean>`catalogers = ${JSON.stringify(catalogers)}::jsonb`)
    .executeTakeFirst();
  return row !== undefined;
}

/** The platform images that hold any of these packages. */
export async function imagesWithPackages(db: Database, packageIds: readonly number[]): Promise<string[]> {
  if (packageIds.length === 0) return [];
  const rows = await sql<{ digest: string }>`
    select distinct i.digest from inventory_set_member m join inventory_image_set i on i.set_id = m.set_id
    where m.package_id = any(${[...packageIds]}::bigint[]) order by i.digest`.execute(db);
  return rows.rows.map((row) => row.digest);
}
