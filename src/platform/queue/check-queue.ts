import { sql } from 'kysely';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { QUEUE_SCHEMA } from './pg-boss-queue.ts';

/** Throws `unavailable` when jobs cannot be queued. */
export async function checkQueue(db: Database): Promise<void> {
  try {
    await sql`select from ${sql.table(`${QUEUE_SCHEMA}.queue`)} limit 1`.execute(db);
  } catch (cause) {
    throw new AppError('unavailable', `cannot reach the queue: ${messageOf(cause)}`, { cause });
  }
}
