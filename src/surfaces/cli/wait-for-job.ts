import { sleep } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';
import type { JobPage, JobRow } from '#model/api-work.ts';
import type { ApiClient } from './client.ts';

const PAUSE_MS = 500;
/** Of 200 jobs each: as far back as a job is looked for that others have overtaken. */
const PAGES = 20;

/** Waits until a job has ended and returns its result. Throws when it failed. */
export async function waitForJob(client: ApiClient, id: string): Promise<string> {
  for (;;) {
    const job = await findJob(client, id);
    if (!job)
      throw new AppError('not-found', `cannot follow job ${id}: it is no longer listed; "GET /jobs" shows others`);
    if (job.state === 'done') return job.step;
    if (job.state === 'failed' || job.state === 'cancelled') {
      throw new AppError('unavailable', `cannot finish ${job.name}: ${job.error ?? 'it was cancelled'}`);
    }
    await sleep(PAUSE_MS);
  }
}

async function findJob(client: ApiClient, id: string): Promise<JobRow | undefined> {
  let after: string | undefined;
  for (let pages = 0; pages < PAGES; pages += 1) {
    const page: JobPage = await client.get('/jobs', { limit: 200, after });
    const job = page.items.find((each) => each.id === id);
    if (job || page.next === null) return job;
    after = page.next;
  }
  return undefined;
}
