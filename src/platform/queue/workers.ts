import { sql } from 'kysely';
import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss';
import { sleep } from '#kernel/async.ts';
import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { Metrics } from '#platform/telemetry/metrics.ts';
import { FAILED_QUEUE, type JobEnvelope, type OpenQueue, QUEUE_SCHEMA } from './pg-boss-queue.ts';
import { type JobContext, type JobDefinition, type QueueClass, queueClasses } from './queue.ts';
import { runJob } from './run-job.ts';
import { recordFinish, recordStart } from './schedule-store.ts';
import { scheduleAll } from './schedules.ts';

export interface JobChange {
  readonly jobId: string;
  readonly name: string;
  readonly subject: string;
  readonly state: 'running' | 'done' | 'retrying' | 'failed';
  readonly step: string;
}

export interface WorkerOptions {
  readonly queue: OpenQueue;
  readonly db: Database;
  readonly definitions: readonly JobDefinition[];
  readonly concurrency: Readonly<Record<QueueClass, number>>;
  /** Nobody else runs workers on this database: jobs that a dead process held are taken again at once. */
  readonly isOnlyNode: boolean;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Pick<Metrics, 'observeJob'>;
  /** Told of every move of a job; a failure of it does not touch the job. */
  readonly onChange?: (change: JobChange) => Promise<void>;
}

export interface Workers {
  /** Takes no more jobs, waits for those that run, and gives back those that did not end in time. */
  stop(patienceMs: number): Promise<void>;
}

type Job = JobWithMetadata<JobEnvelope>;

const jobTable = sql.table(`${QUEUE_SCHEMA}.job`);

/** As many workers for each class as this machine's cores bear, with room left for the classes that people wait for. */
export function concurrencyFor(cores: number): Record<QueueClass, number> {
  return {
    interactive: 2,
    push: Math.max(2, cores),
    malware: 1,
    sweep: Math.max(1, cores - 1),
    sign: 2,
    notify: 2,
    maintenance: 1,
  };
}

export async function startWorkers(options: WorkerOptions): Promise<Workers> {
  const { db, definitions, concurrency } = options;
  const { boss } = options.queue;
  const running = new Map<string, Promise<JobResult>>();
  const stopping = new AbortController();
  if (options.isOnlyNode) await giveBack(db, undefined);
  await scheduleAll({ boss, db }, definitions);

  const track = (job: Job, run: () => Promise<JobResult>): Promise<JobResult> => {
    const result = run().finally(() => running.delete(job.id));
    running.set(job.id, result);
    return result;
  };
  const polling = {
    pollingIntervalSeconds: 1,
    notifyPollingIntervalSeconds: 2,
    heartbeatRefreshSeconds: 5,
    includeMetadata: true,
    perJobResults: true,
    batchSize: 1,
  } as const;
  for (const queueClass of queueClasses) {
    const work = { ...polling, localConcurrency: concurrency[queueClass] };
    await boss.work<JobEnvelope, unknown, typeof work>(queueClass, work, (jobs: Job[]) =>
      Promise.all(jobs.map((job) => track(job, () => perform(options, job, stopping.signal)))),
    );
  }
  await boss.work<JobEnvelope, unknown, typeof polling>(FAILED_QUEUE, polling, (jobs: Job[]) =>
    Promise.all(jobs.map((job) => track(job, () => performFailed(options, job, stopping.signal)))),
  );
  return { stop: (patienceMs) => stop({ boss, db, running, stopping }, patienceMs) };
}

async function perform(options: WorkerOptions, job: Job, stopping: AbortSignal): Promise<JobResult> {
  const { db, clock, log, metrics } = options;
  const { workflow: name, subject } = job.data;
  const definition = options.definitions.find((candidate) => candidate.name === name);
  const tell = async (state: JobChange['state'], step: string) => {
    await options.onChange?.({ jobId: job.id, name, subject, state, step }).catch((error) => log.warn({ err: error }));
  };
  const startedAt = clock.now();
  await tell('running', '');
  if (definition?.schedule) await recordStart(db, name, startedAt);
  const result = await runJob(
    job,
    definition,
    contextOf(db, job, stopping, (step) => tell('running', step)),
  );
  const finishedAt = clock.now();
  const isDone = result.status === 'completed';
  if (definition?.schedule) {
    await recordFinish(db, name, finishedAt, isDone ? result.text || 'done' : `failed: ${result.text}`);
  }
  const seconds = (finishedAt.getTime() - startedAt.getTime()) / 1000;
  metrics.observeJob({ name: definition?.name ?? 'unknown', result: isDone ? 'done' : 'failed', seconds });
  const line = { job: job.id, name, subject, seconds, run: job.retryCount + 1 };
  if (isDone) log.info(line, result.text || 'job done');
  else log.error({ ...line, isFinal: result.status === 'deadletter' }, `job failed: ${result.text}`);
  await tell(STATES[result.status], result.text);
  return { id: result.id, status: result.status, output: result.output };
}

const STATES = { completed: 'done', failed: 'retrying', deadletter: 'failed' } as const;

/** The job's copy among the failed ones: its workflow is told, and told again until that succeeds. */
async function performFailed(options: WorkerOptions, job: Job, stopping: AbortSignal): Promise<JobResult> {
  const definition = options.definitions.find(({ name }) => name === job.data.workflow);
  const { rows } = await sql<{ error: string | null }>`
    select output->>'message' as error from ${jobTable} where id = ${job.sourceId}`.execute(options.db);
  try {
    const error = rows[0]?.error ?? 'its process ended, or it took too long';
    const context = contextOf(options.db, job, stopping, async () => undefined);
    await definition?.onFailed?.(job.data.input, error, context);
    return { id: job.id, status: 'completed' };
  } catch (error) {
    options.log.error({ err: error, name: job.data.workflow }, 'a failed job could not be cleaned up after');
    return { id: job.id, status: 'failed', output: { message: messageOf(error) } };
  }
}

function contextOf(db: Database, job: Job, stopping: AbortSignal, onStep: (text: string) => Promise<void>): JobContext {
  return {
    jobId: job.id,
    signal: AbortSignal.any([job.signal, stopping]),
    async step(text) {
      await sql`update ${jobTable} set output = jsonb_build_object('step', ${text}::text)
        where name = ${job.name} and id = ${job.id} and state = 'active'`.execute(db);
      await onStep(text);
    },
  };
}

async function stop(
  {
    boss,
    db,
    running,
    stopping,
  }: { boss: PgBoss; db: Database; running: ReadonlyMap<string, Promise<JobResult>>; stopping: AbortController },
  patienceMs: number,
): Promise<void> {
  await Promise.all([...queueClasses, FAILED_QUEUE].map((name) => boss.offWork(name, { wait: false })));
  const timer = new AbortController();
  const allDone = Promise.allSettled(running.values());
  await Promise.race([allDone, sleep(patienceMs, timer.signal).catch(() => undefined)]);
  timer.abort();
  const unfinished = [...running.keys()];
  if (unfinished.length === 0) return;
  // Given back first: what an aborted run then reports no longer counts as one of its failures.
  await giveBack(db, unfinished);
  stopping.abort(new Error('the server ends'));
}

/** Makes jobs that nobody runs any more ready to be taken, all of them or those named. */
async function giveBack(db: Database, ids: readonly string[] | undefined): Promise<void> {
  const which = ids ? sql`and id = any(${ids}::uuid[])` : sql``;
  await sql`update ${jobTable} set state = 'retry', start_after = now(), heartbeat_on = null
    where state = 'active' ${which}`.execute(db);
}
