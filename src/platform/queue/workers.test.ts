import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { pino } from 'pino';
import { sleep } from '#kernel/async.ts';
import { systemClock } from '#kernel/clock.ts';
import { openDatabase } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrations.ts';
import { testDatabaseUrl } from '#testkit/database.ts';
import { checkQueue } from './check-queue.ts';
import { listJobs } from './job-list-store.ts';
import { queueMigrations } from './migrations/index.ts';
import { openQueue } from './pg-boss-queue.ts';
import type { JobDefinition } from './queue.ts';
import { listSchedules } from './schedules.ts';
import { concurrencyFor, startWorkers, type Workers } from './workers.ts';

const url = await testDatabaseUrl();
const db = openDatabase({ url, applicationName: 'test' });
await migrate(db, queueMigrations);
const queue = await openQueue({
  url,
  applicationName: 'test',
  supervises: true,
  onError: (error) => console.error(error),
});
const log = pino({ level: 'silent' });

after(async () => {
  await queue[Symbol.asyncDispose]();
  await db.destroy();
});

function work(definitions: readonly JobDefinition[], isOnlyNode = true): Promise<Workers> {
  const metrics = { observeJob: () => undefined };
  return startWorkers({
    queue,
    db,
    definitions,
    concurrency: concurrencyFor(2),
    isOnlyNode,
    clock: systemClock,
    log,
    metrics,
  });
}

async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; waitedMs < 15_000; waitedMs += 20) {
    if (await isTrue()) return;
    await sleep(20);
  }
  assert.fail(`never: ${what}`);
}

function job(name: string, run: JobDefinition['run'], rest: Partial<JobDefinition> = {}): JobDefinition {
  return { name, queueClass: 'push', retries: 0, run, ...rest };
}

const stateOf = async (id: string) => (await listJobs(db, { limit: 200 })).items.find((row) => row.id === id);

test('a job runs when its transaction commits, and never when it does not', async () => {
  const seen: unknown[] = [];
  const workers = await work([
    job('greet', async (input, { step }) => {
      await step('greeting');
      seen.push(input);
      return 'greeted';
    }),
  ]);
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await queue.send(trx, { name: 'greet', queueClass: 'push', input: 'undone' });
      throw new Error('no');
    }),
  );
  const id = await db
    .transaction()
    .execute((trx) => queue.send(trx, { name: 'greet', queueClass: 'push', input: { to: 'you' }, subject: 'a:b' }));
  await until('done', async () => (await stateOf(id))?.state === 'done');
  assert.deepEqual(seen, [{ to: 'you' }]);
  const row = await stateOf(id);
  assert.deepEqual([row?.name, row?.class, row?.subject, row?.step], ['greet', 'push', 'a:b', 'greeted']);
  await workers.stop(1000);
});

test('a request for a job that waits is answered with that job', async () => {
  const request = { name: 'once', queueClass: 'sweep', input: {}, key: 'k' } as const;
  const first = await queue.send(db, request);
  assert.equal(await queue.send(db, request), first);
  assert.notEqual(await queue.send(db, { ...request, key: 'other' }), first);
  assert.notEqual(await queue.send(db, { name: 'once', queueClass: 'sweep', input: {} }), first);
});

test('a waiting job that is asked for again starts only after the asking transaction', async () => {
  const order: string[] = [];
  const request = { name: 'ordered', queueClass: 'interactive', input: {}, key: 'k' } as const;
  await queue.send(db, request);
  let workers: Workers | undefined;
  await db.transaction().execute(async (trx) => {
    await queue.send(trx, request);
    workers = await work([job('ordered', async () => void order.push('run'), { queueClass: 'interactive' })]);
    await sleep(1_500);
    order.push('commit');
  });
  await until('run', () => order.length === 2);
  assert.deepEqual(order, ['commit', 'run']);
  await workers?.stop(1000);
});

test('a failed job is repeated, and its workflow is told when the last repetition failed', async () => {
  let runs = 0;
  const told: unknown[] = [];
  const workers = await work([
    job(
      'fails',
      async () => {
        runs += 1;
        throw new Error(`no, ${runs}`);
      },
      { retries: 1, onFailed: async (input, error) => void told.push(input, error) },
    ),
  ]);
  const id = await queue.send(db, { name: 'fails', queueClass: 'push', input: 7 });
  await until('told', () => told.length === 2);
  assert.deepEqual(told, [7, 'no, 2']);
  const row = await stateOf(id);
  assert.deepEqual([row?.state, row?.error, runs], ['failed', 'no, 2', 2]);
  await workers.stop(1000);
});

test('jobs that did not end in time are given back and run again', async () => {
  let runs = 0;
  const slow = job('slow', async (_input, { signal }) => {
    runs += 1;
    if (runs === 1) await sleep(60_000, signal);
  });
  const workers = await work([slow]);
  const id = await queue.send(db, { name: 'slow', queueClass: 'push', input: {} });
  await until('begun', () => runs === 1);
  await workers.stop(100);
  assert.equal((await stateOf(id))?.state, 'retrying');
  const next = await work([slow]);
  await until('done', async () => (await stateOf(id))?.state === 'done');
  await next.stop(1000);
});

test('what a killed process held is taken again at once', async () => {
  const id = await queue.send(db, { name: 'held', queueClass: 'malware', input: {} });
  await sql`update queue.job set state = 'active', started_on = now(), heartbeat_on = now() where id = ${id}`.execute(
    db,
  );
  const workers = await work([job('held', async () => 'done after all', { queueClass: 'malware' })]);
  await until('done', async () => (await stateOf(id))?.state === 'done');
  await workers.stop(1000);
});

test('schedules show their last and next run', async () => {
  const daily = job('daily', async () => 'two reviewed', {
    queueClass: 'maintenance',
    schedule: { cron: '0 4 * * *', title: 'Review' },
  });
  const workers = await work([daily]);
  await queue.send(db, { name: 'daily', queueClass: 'maintenance', input: {} });
  const read = async () => (await listSchedules({ queue, db }, new Date('2026-01-01T00:00:00Z')))[0];
  await until('finished', async () => (await read())?.lastFinishedAt !== null);
  const row = await read();
  assert.deepEqual(
    [row?.name, row?.title, row?.lastResult, row?.nextAt],
    ['daily', 'Review', 'two reviewed', '2026-01-01T04:00:00.000Z'],
  );
  await workers.stop(1000);
  const none = await work([]);
  assert.deepEqual(await listSchedules({ queue, db }, new Date()), []);
  await none.stop(1000);
});

test('a list of jobs is read page by page', async () => {
  const all = (await listJobs(db, { limit: 200 })).items.map(({ id }) => id);
  const first = await listJobs(db, { limit: 2 });
  const second = await listJobs(db, { limit: 2, after: first.next ?? '' });
  assert.deepEqual(
    [...first.items, ...second.items].map(({ id }) => id),
    all.slice(0, 4),
  );
  assert.ok((await listJobs(db, { limit: 50, state: 'queued' })).items.every(({ state }) => state === 'queued'));
  await assert.rejects(listJobs(db, { limit: 1, after: "x'; drop" }), { code: 'invalid-input' });
});

test('a queue that answers is healthy', () => checkQueue(db));
