import { sql } from 'kysely';
import { sleep } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { QUEUE_SCHEMA } from './pg-boss-queue.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

/**
 * Waits for the end of a job that somebody is waiting for, and returns its result. Throws `unavailable` when it failed, or
 * when it has not ended in time; it then goes on by itself.
 */
export async function awaitJob(db: Database, id: string, timeoutMs: number): Promise<string> {
  const end = Date.now() + timeoutMs;
  for (let pause = FIRST_PAUSE_MS; Date.now() < end; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const { rows } = await sql<{ state: string; message: string | null }>`
      select state::text as state, output->>'message' as message
      from ${sql.table(`${QUEUE_SCHEMA}.job`)} where id = ${id}::uuid`.execute(db);
    const [job] = rows;
    if (job?.state === 'completed') return job.message ?? '';
    if (job?.state === 'failed' || job?.state === 'cancelled') {
      throw new AppError(
        'unavailable',
        `the decision could not be carried out: ${job.message ?? 'its job was cancelled'}`,
      );
    }
    await sleep(pause);
  }
  throw new AppError(
    'unavailable',
    `the decision is queued but was not carried out within ${timeoutMs / 1000} s; look again later`,
  );
}
