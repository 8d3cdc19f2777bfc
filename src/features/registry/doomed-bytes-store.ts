import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import type { GarbageCause } from './garbage.ts';

export interface DoomedBytes {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/**
 * Bytes that no row knows, the longest doomed first, locked until the transaction ends: whoever records such a blob
 * meanwhile waits. In a transaction.
 */
export async function lockDoomedBytes(trx: Database, before: string, limit: number): Promise<DoomedBytes[]> {
  const { rows } = await sql<DoomedBytes>`select digest, size_bytes as "sizeBytes" from registry_doomed_bytes
    where since <= ${before}::timestamptz order by since limit ${limit} for update skip locked`.execute(trx);
  // Asked in a statement of its own: a row that was recorded before the lock is seen.
  const known = await sql<{ digest: Digest }>`delete from registry_doomed_bytes d
    where d.digest = any(${rows.map((row) => row.digest)}::text[])
      and exists (select from registry_blob b where b.digest = d.digest) returning d.digest`.execute(trx);
  const recorded = new Set(known.rows.map((row) => row.digest));
  return rows.filter((row) => !recorded.has(row.digest));
}

/** Their bytes are deleted. */
export async function forgetDoomedBytes(trx: Database, digests: readonly Digest[]): Promise<void> {
  await sql`delete from registry_doomed_bytes where digest = any(${digests}::text[])`.execute(trx);
}

/** Somebody may be about to record them: they wait again. */
export async function postponeDoomedBytes(trx: Database, digests: readonly Digest[]): Promise<void> {
  await sql`update registry_doomed_bytes set since = clock_timestamp()
    where digest = any(${digests}::text[])`.execute(trx);
}

/** Marks bytes that the store has and no row knows. Those that a row knows after all are passed over. */
export async function doomBytes(db: Database, found: readonly DoomedBytes[], cause: GarbageCause): Promise<void> {
  const digests = found.map((one) => one.digest);
  const sizes = found.map((one) => one.sizeBytes);
  await sql`insert into registry_doomed_bytes (digest, size_bytes, reason, since)
    select digest, size_bytes, ${cause}, now() from unnest(${digests}::text[], ${sizes}::bigint[]) as g (digest, size_bytes)
    where not exists (select from registry_blob b where b.digest = g.digest)
    order by digest on conflict (digest) do nothing`.execute(db);
}
