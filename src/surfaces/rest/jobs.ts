import { z } from 'zod';
import { audit } from '#features/access/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { PageQuery } from '#model/api-common.ts';
import { JobPage, JobRow, ScheduleRow } from '#model/api-work.ts';
import type { Database } from '#platform/database/database.ts';
import { listJobs } from '#platform/queue/job-list-store.ts';
import type { OpenQueue } from '#platform/queue/pg-boss-queue.ts';
import { type QueueClass, queueClasses } from '#platform/queue/queue.ts';
import { listSchedules } from '#platform/queue/schedules.ts';
import { type Caller, type Route, route } from './route.ts';

export interface JobDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly queue: OpenQueue;
}

async function classOf({ queue }: JobDeps, name: string): Promise<QueueClass> {
  const schedule = (await queue.boss.getSchedules()).find(({ key }) => key === name);
  const queueClass = queueClasses.find((each) => each === schedule?.name);
  if (queueClass) return queueClass;
  throw new AppError('not-found', `cannot run schedule ${name}: there is none of this name; GET /schedules lists them`);
}

/** Now, beside its times. One that waits already is not queued twice. */
async function runSchedule(deps: JobDeps, caller: Caller, name: string): Promise<{ jobId: string }> {
  const { db, clock, queue } = deps;
  const queueClass = await classOf(deps, name);
  return db.transaction().execute(async (trx) => {
    const jobId = await queue.send(trx, { name, queueClass, input: {}, key: 'scheduled' });
    const { principal: actor, from } = caller;
    await audit(trx, { actor, action: 'schedule.run', subject: name, from, at: clock.now(), data: { jobId } });
    return { jobId };
  });
}

/** Background work, and what starts by itself. */
export function jobRoutes(deps: JobDeps): Route[] {
  const { db, clock, queue } = deps;
  return [
    route({
      method: 'GET',
      path: '/jobs',
      summary: 'Background work, newest first',
      permission: 'jobs.read',
      query: PageQuery.extend({ state: JobRow.shape.state.optional() }),
      result: JobPage,
      handle: async ({ query: { state, after, limit } }) =>
        listJobs(db, { limit, ...(state && { state }), ...(after && { after }) }),
    }),
    route({
      method: 'GET',
      path: '/schedules',
      summary: 'What runs by itself, with its last and next time',
      permission: 'jobs.read',
      result: z.object({ items: z.array(ScheduleRow) }),
      handle: async () => ({ items: await listSchedules({ queue, db }, clock.now()) }),
    }),
    route({
      method: 'POST',
      path: '/schedules/{name}/run',
      summary: 'Run a schedule now',
      permission: 'advisories.refresh',
      params: z.object({ name: z.string().max(100) }),
      result: z.object({ jobId: z.string() }),
      status: 202,
      handle: async ({ params }, caller) => runSchedule(deps, caller, params.name),
    }),
  ];
}
