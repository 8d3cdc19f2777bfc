import { sql } from 'kysely';
import { fromKysely, PgBoss } from 'pg-boss';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { type JobRequest, type Queue, type QueueClass, queueClasses } from './queue.ts';

/** The schema of the database that pg-boss keeps for itself. */
export const QUEUE_SCHEMA = 'queue';
/** Where pg-boss puts a copy of a job that has failed for good. */
export const FAILED_QUEUE = 'failed';

export interface OpenQueue extends Queue, AsyncDisposable {
  readonly boss: PgBoss;
}

export interface QueueOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly onError: (error: Error) => void;
  /** Also looks after the queues: schedules, lost jobs, old jobs. Exactly those that run workers do. */
  readonly supervises?: boolean;
}

/** A job runs as this under its class's queue. */
export interface JobEnvelope {
  readonly workflow: string;
  readonly input: unknown;
  readonly subject: string;
}

const SECONDS_PER_DAY = 86_400;
const HEARTBEAT_SECONDS = 30;

/** Makes the queues where they are missing; safe when several processes do it at once. */
export async function openQueue(options: QueueOptions): Promise<OpenQueue> {
  const { supervises = false } = options;
  const boss = new PgBoss({
    connectionString: options.url,
    application_name: `${options.applicationName} queue`,
    schema: QUEUE_SCHEMA,
    max: supervises ? 8 : 2,
    supervise: supervises,
    schedule: supervises,
    useListenNotify: supervises,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    registerInstance: false,
    reindex: supervises,
  });
  boss.on('error', options.onError);
  await boss.start();
  await createQueues(boss);
  if (supervises) await createIndex(boss);
  return {
    boss,
    send: (db, job) => send(boss, db, job),
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false, close: true }),
  };
}

async function createQueues(boss: PgBoss): Promise<void> {
  const known = new Set((await boss.getQueues()).map(({ name }) => name));
  const shared = { notify: true, deleteAfterSeconds: 7 * SECONDS_PER_DAY, heartbeatSeconds: HEARTBEAT_SECONDS };
  const retries = { retryLimit: 20, retryDelay: 2, retryBackoff: true, retryDelayMax: 600 };
  if (!known.has(FAILED_QUEUE)) await boss.createQueue(FAILED_QUEUE, { ...shared, ...retries });
  for (const name of queueClasses) {
    if (known.has(name)) continue;
    // `short` keeps one waiting job for each key.
    await boss.createQueue(name, {
      ...shared,
      ...retries,
      policy: 'short',
      deadLetter: FAILED_QUEUE,
      expireInSeconds: name === 'sweep' || name === 'maintenance' ? 6 * 3600 : 3600,
    });
  }
}

/** Lists show the newest jobs first. */
async function createIndex(boss: PgBoss): Promise<void> {
  const { rows } = await boss.getDb().executeSql(`select to_regclass('${QUEUE_SCHEMA}.job_newest') as found`);
  if (rows[0]?.found) return;
  await boss
    .getDb()
    .executeSql(`create index if not exists job_newest on ${QUEUE_SCHEMA}.job (created_on desc, id desc)`);
}

/** How often a job can be taken by workers between two looks for a waiting one; more is not plausible. */
const ATTEMPTS = 5;

async function send(boss: PgBoss, db: Database, job: JobRequest): Promise<string> {
  const envelope: JobEnvelope = { workflow: job.name, input: job.input, subject: job.subject ?? '' };
  const key = job.key === undefined ? crypto.randomUUID() : `${job.name}:${job.key}`;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const id = await boss.send(job.queueClass, envelope, {
      singletonKey: key,
      db: fromKysely(db),
      ...(job.startAfter && { startAfter: job.startAfter }),
    });
    const found = id ?? (await findWaiting(db, job.queueClass, key));
    if (found) return found;
  }
  throw new AppError('unavailable', `cannot queue ${job.name}: its place in the queue is contended`);
}

/**
 * The waiting job, locked until the caller's transaction ends: a worker passes over it, so that it cannot start before
 * the changes that this request is about can be seen.
 */
async function findWaiting(db: Database, queueClass: QueueClass, key: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select id from ${sql.table(`${QUEUE_SCHEMA}.job`)}
    where name = ${queueClass} and singleton_key = ${key} and state = 'created' for share`.execute(db);
  return rows[0]?.id;
}
