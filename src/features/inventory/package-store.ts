import { sql } from 'kysely';
import { parentEcosystem } from '#model/ecosystem.ts';
import type { PackageIdentity } from '#model/package.ts';
import type { Database } from '#platform/database/database.ts';

const ROWS_PER_STATEMENT = 5_000;

/** A package row of the whole catalog. */
export interface PackageRow {
  readonly id: number;
  readonly identity: PackageIdentity;
}

interface Row {
  id: number;
  ecosystem: string;
  name: string;
  version: string;
  purl: string;
  sourceName: string | null;
  sourceVersion: string | null;
  module: string | null;
}

function presentRow({ id, ...identity }: Row): PackageRow {
  return { id, identity };
}

const columns = sql`id, ecosystem, name, version, purl, source_name as "sourceName", source_version as "sourceVersion", module`;

function keyOf(item: PackageIdentity): string {
  const { ecosystem, name, version, purl, sourceName, sourceVersion, module } = item;
  return JSON.stringify([ecosystem, name, version, purl, sourceName, sourceVersion, module]);
}

/** Ids in the order given, which is that of the insertion. */
async function upsert(db: Database, part: readonly PackageIdentity[]): Promise<number[]> {
  const given = sql`unnest(
    ${part.map((each) => each.ecosystem)}::text[], ${part.map((each) => parentEcosystem(each.ecosystem))}::text[],
    ${part.map((each) => each.name)}::text[], ${part.map((each) => each.version)}::text[], ${part.map((each) => each.purl)}::text[],
    ${part.map((each) => each.sourceName)}::text[], ${part.map((each) => each.sourceVersion)}::text[], ${part.map((each) => each.module)}::text[]
  ) with ordinality as given (ecosystem, parent_ecosystem, name, version, purl, source_name, source_version, module, position)`;
  await sql`
    insert into inventory_package (ecosystem, parent_ecosystem, name, version, purl, source_name, source_version, module)
    select ecosystem, parent_ecosystem, name, version, purl, source_name, source_version, module from ${given}
    order by position on conflict do nothing`.execute(db);
  const rows = await sql<{ id: number }>`
    select p.id from ${given} join inventory_package p
      on p.ecosystem = given.ecosystem and p.name = given.name and p.version = given.version and p.purl = given.purl
      and p.source_name is not distinct from given.source_name and p.source_version is not distinct from given.source_version
      and p.module is not distinct from given.module
    order by given.position`.execute(db);
  return rows.rows.map((row) => row.id);
}

/**
 * Makes rows for the packages that have none; ids in the order given. Rows are made in one order everywhere, so that two
 * transactions with the same new packages wait for each other instead of deadlocking: one call for each transaction.
 */
export async function putPackages(db: Database, packages: readonly PackageIdentity[]): Promise<number[]> {
  const distinct = new Map(packages.map((item) => [keyOf(item), item]));
  const ordered = [...distinct].sort(([a], [b]) => (a < b ? -1 : 1));
  const ids = new Map<string, number>();
  for (let start = 0; start < ordered.length; start += ROWS_PER_STATEMENT) {
    const part = ordered.slice(start, start + ROWS_PER_STATEMENT);
    const found = await upsert(
      db,
      part.map(([, item]) => item),
    );
    for (const [index, [key]] of part.entries()) ids.set(key, found[index] ?? 0);
  }
  return packages.map((item) => ids.get(keyOf(item)) ?? 0);
}

/** Packages that advisories about these names may concern: by their own name or by their source package's. */
export async function packagesNamed(
  db: Database,
  keys: readonly { readonly ecosystem: string; readonly name: string }[],
): Promise<PackageRow[]> {
  const found = new Map<number, PackageRow>();
  for (let start = 0; start < keys.length; start += ROWS_PER_STATEMENT) {
    const part = keys.slice(start, start + ROWS_PER_STATEMENT);
    const given = sql`unnest(${part.map((key) => parentEcosystem(key.ecosystem))}::text[], ${part.map((key) => key.name)}::text[]) as given (ecosystem, name)`;
    const rows = await sql<Row>`
      select ${columns} from inventory_package p where p.id in (
        select p.id from ${given} join inventory_package p on p.parent_ecosystem = given.ecosystem and p.name = given.name
        union
        select p.id from ${given} join inventory_package p on p.parent_ecosystem = given.ecosystem and p.source_name = given.name)`.execute(
      db,
    );
    for (const row of rows.rows) found.set(row.id, presentRow(row));
  }
  return [...found.values()];
}

export async function getPackages(db: Database, ids: readonly number[]): Promise<PackageRow[]> {
  const rows =
    await sql<Row>`select ${columns} from inventory_package where id = any(${[...ids]}::bigint[]) order by id`.execute(
      db,
    );
  return rows.rows.map(presentRow);
}
