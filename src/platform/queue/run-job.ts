import type { JobResult, JobWithMetadata } from 'pg-boss';
import { messageOf } from '#kernel/errors.ts';
import type { JobEnvelope } from './pg-boss-queue.ts';
import type { JobContext, JobDefinition } from './queue.ts';

/** A job that ended its process this often beyond its retries is not run again. */
const LOST_RUNS = 5;

/** What becomes of one run: done, failed to be repeated, or failed for good. */
export async function runJob(
  job: JobWithMetadata<JobEnvelope>,
  definition: JobDefinition | undefined,
  context: JobContext,
): Promise<JobResult & { readonly text: string }> {
  const { id, retryCount } = job;
  const giveUp = (text: string) => ({ id, status: 'deadletter' as const, output: { message: text }, text });
  if (!definition) return giveUp(`cannot run ${job.data.workflow}: this version of Assay has no such job`);
  if (retryCount > definition.retries + LOST_RUNS) {
    return giveUp(`cannot run ${definition.name}: it was begun ${retryCount} times and never came to an end`);
  }
  try {
    const text = (await definition.run(job.data.input, context)) ?? '';
    return { id, status: 'completed', output: { message: text }, text };
  } catch (error) {
    const text = messageOf(error);
    if (retryCount >= definition.retries) return giveUp(text);
    return { id, status: 'failed', output: { message: text }, text };
  }
}
