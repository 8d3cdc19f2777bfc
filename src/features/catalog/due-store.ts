import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';

/** Something about these images has changed: they are to be scanned, and reported on, again. */
export async function markDue(db: Database, images: readonly string[]): Promise<void> {
  await sql`update catalog_image set due = due + 1 where digest = any(${[...images]}::text[])`.execute(db);
}

/** Every image that was ever scanned is due. */
export async function markAllDue(db: Database): Promise<number> {
  const { numAffectedRows } = await sql`update catalog_image set due = due + 1 where scanned_at is not null`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
}

/** How many changes of an image wait to be seen. */
export async function findDue(db: Database, digest: string): Promise<number> {
  const { rows } = await sql<{ due: number }>`select due from catalog_image where digest = ${digest}`.execute(db);
  return rows[0]?.due ?? 0;
}

/** Images that are due, in the order of their digests. */
export async function listDue(
  db: Database,
  page: { readonly after: string; readonly limit: number },
): Promise<Digest[]> {
  const { rows } = await sql<{ digest: Digest }>`select digest from catalog_image
    where due > 0 and digest > ${page.after} order by digest limit ${page.limit}`.execute(db);
  return rows.map((row) => row.digest);
}

/** These images have been seen to, as far as is known now. */
export async function clearDue(db: Database, images: readonly string[]): Promise<void> {
  await sql`update catalog_image set due = 0 where digest = any(${[...images]}::text[])`.execute(db);
}
