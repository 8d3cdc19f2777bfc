import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Database } from '#platform/database/database.ts';
import { openProducts, type Products } from './products.ts';
import type { LifecycleTables } from './tables.ts';

const pack = promisify(gzip);
const unpack = promisify(gunzip);
const MAX_BYTES = 64 * 1024 * 1024;

/** The end-of-life data of the installation and how its last refresh went. */
export interface EndOfLifeSource {
  readonly location: string;
  readonly fingerprint: string | null;
  readonly refreshedAt: Date | null;
  readonly changedAt: Date | null;
  readonly lastError: string | null;
}

export type RefreshResult =
  | { readonly kind: 'changed'; readonly bytes: Uint8Array; readonly fingerprint: string }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'failed'; readonly error: string };

const ID = 'products';

export async function findEndOfLifeSource(db: Database): Promise<EndOfLifeSource | undefined> {
  const row = await db
    .withTables<LifecycleTables>()
    .selectFrom('lifecycle_source')
    .select(['location', 'fingerprint', 'refreshed_at', 'changed_at', 'last_error'])
    .where('id', '=', ID)
    .executeTakeFirst();
  return (
    row && {
      location: row.location,
      fingerprint: row.fingerprint,
      refreshedAt: row.refreshed_at,
      changedAt: row.changed_at,
      lastError: row.last_error,
    }
  );
}

/** Keeps the result of a refresh; a failed one keeps the data of the last good one. */
export async function putEndOfLifeSource(
  db: Database,
  location: string,
  result: RefreshResult,
  at: Date,
): Promise<void> {
  const change = {
    location,
    last_error: result.kind === 'failed' ? result.error : null,
    ...(result.kind !== 'failed' && { refreshed_at: at }),
    ...(result.kind === 'changed' && {
      changed_at: at,
      fingerprint: result.fingerprint,
      products: await pack(result.bytes),
    }),
  };
  await db
    .withTables<LifecycleTables>()
    .insertInto('lifecycle_source')
    .values({ id: ID, ...change })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
    .execute();
}

/** The data of the last good refresh, read anew every time; undefined when there never was one. */
export async function loadProducts(db: Database): Promise<Products | undefined> {
  const row = await db
    .withTables<LifecycleTables>()
    .selectFrom('lifecycle_source')
    .select('products')
    .where('id', '=', ID)
    .executeTakeFirst();
  return row?.products ? openProducts(await unpack(row.products, { maxOutputLength: MAX_BYTES })) : undefined;
}
