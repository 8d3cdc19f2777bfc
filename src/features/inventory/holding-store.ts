import { type RawBuilder, sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { likeText } from '#platform/database/like-text.ts';

/** As the index `inventory_package_term` has it. */
const term = sql`left(lower(p.name || ' ' || p.version), 300)`;

function startsWith(start: string): RawBuilder<unknown> {
  return sql`${term} like ${`${likeText(start.toLowerCase())}%`}`;
}

/** Platform images with a package whose name, blank and version begin so: rows of `digest`. */
export function platformsWithPackage(start: string): RawBuilder<unknown> {
  return platformsWith(sql`select p.id from inventory_package p where ${startsWith(start)}`);
}

/** Platform images with a package of these (a query of ids): rows of `digest`. */
export function platformsWith(packages: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select i.digest from inventory_image_set i where i.set_id in (
    select m.set_id from inventory_set_member m where m.package_id in (${packages}))`;
}

/** The packages in some platform images: rows of `package_id`. */
export function packagesIn(digests: readonly string[]): RawBuilder<unknown> {
  return sql`select m.package_id from inventory_image_set i join inventory_set_member m on m.set_id = i.set_id
    where i.digest = any(${[...digests]}::text[])`;
}

/** `name version` of the first package in some platform images that begins so. */
export async function findHeldPackage(
  db: Database,
  digests: readonly string[],
  start: string,
): Promise<string | undefined> {
  const { rows } = await sql<{ label: string }>`select p.name || ' ' || p.version as label from inventory_package p
    where ${startsWith(start)} and p.id in (${packagesIn(digests)}) order by ${term} limit 1`.execute(db);
  return rows[0]?.label;
}
