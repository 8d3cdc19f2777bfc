import { z } from 'zod';
import { audit } from '#features/access/index.ts';
import { beginGarbageRun, countGarbage, garbageReasons, tryGarbage } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { GarbageTrial } from '#model/api-storage.ts';
import type { Database } from '#platform/database/database.ts';
import type { OpenQueue } from '#platform/queue/pg-boss-queue.ts';
import { type Route, route } from './route.ts';

const HOUR_MS = 3_600_000;

export interface GarbageDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly queue: OpenQueue;
  readonly garbageDelayMs: number;
}

/** Everything that waits, whether its time has come or not. */
async function tryNow({ db, garbageDelayMs }: GarbageDeps, limit: number): Promise<GarbageTrial> {
  const victims = await tryGarbage(db, await beginGarbageRun(db, 0), limit);
  const now = Date.now();
  const items = victims.slice(0, limit).map(({ cause, since, ...victim }) => {
    const due = since.getTime() + garbageDelayMs;
    return {
      ...victim,
      reason: garbageReasons[cause],
      since: since.toISOString(),
      dueAt: new Date(due).toISOString(),
      isDue: due <= now,
    };
  });
  return {
    items,
    waiting: await countGarbage(db),
    delayHours: garbageDelayMs / HOUR_MS,
    freedBytes: items.reduce((sum, item) => sum + item.freedBytes, 0),
    isCut: victims.length >= limit,
  };
}

/** What nobody refers to any more. */
export function garbageRoutes(deps: GarbageDeps): Route[] {
  const { db, clock, queue } = deps;
  return [
    route({
      method: 'GET',
      path: '/garbage',
      summary: 'What a collection of garbage would remove, when and why; nothing is removed',
      permission: 'storage.maintain',
      query: z.object({ limit: z.coerce.number().int().min(1).max(10_000).default(1000) }),
      result: GarbageTrial,
      handle: ({ query }) => tryNow(deps, query.limit),
    }),
    route({
      method: 'POST',
      path: '/garbage/collect',
      summary: 'Collect garbage now, beside its times',
      permission: 'storage.maintain',
      result: z.object({ jobId: z.string() }),
      status: 202,
      handle: (_, { principal: actor, from }) =>
        db.transaction().execute(async (trx) => {
          const request = { name: 'collect-garbage', queueClass: 'maintenance', input: {}, key: 'scheduled' } as const;
          const jobId = await queue.send(trx, request);
          const subject = 'collect-garbage';
          await audit(trx, { actor, action: 'schedule.run', subject, from, at: clock.now(), data: { jobId } });
          return { jobId };
        }),
    }),
  ];
}
