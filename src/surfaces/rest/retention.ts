import { z } from 'zod';
import { audit } from '#features/access/index.ts';
import { listRules, ruleBook } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { messageOf } from '#kernel/errors.ts';
import { RetentionTrial } from '#model/api-rules.ts';
import type { Database } from '#platform/database/database.ts';
import type { OpenQueue } from '#platform/queue/pg-boss-queue.ts';
import { repositoriesWithRetention, retentionJob } from '#workflows/apply-retention.ts';
import { type PlannedRemoval, planRetention } from '#workflows/plan-retention.ts';
import { type Route, route } from './route.ts';
import { demandPlace, Place } from './rules.ts';

export interface RetentionDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly queue: OpenQueue;
}

/** One answer weighs so many repositories at most; the next goes on. */
const WEIGHED_AT_ONCE = 100;

const TrialQuery = z.object({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
});

function rowOf({ tag, ...removal }: PlannedRemoval): RetentionTrial['items'][number] {
  return { ...removal, tag: tag?.name ?? null, pushedAt: tag?.updatedAt.toISOString() ?? null };
}

/** Weighs repository by repository until there are rows enough. */
async function tryRetention(
  { db, clock }: RetentionDeps,
  place: string,
  { after, limit }: z.infer<typeof TrialQuery>,
): Promise<RetentionTrial> {
  const items: RetentionTrial['items'] = [];
  const problems: string[] = [];
  const book = ruleBook(await listRules(db));
  let weighed = 0;
  let last: string | null = null;
  for await (const repository of repositoriesWithRetention(db, book, place, after)) {
    if (items.length >= limit || weighed >= WEIGHED_AT_ONCE) return { items, problems, weighed, next: last };
    try {
      const plan = await planRetention(db, repository, book.rulesFor(repository), clock.now());
      for (const removal of plan) items.push(rowOf(removal));
    } catch (error) {
      problems.push(`${repository}: ${messageOf(error)}`);
    }
    weighed += 1;
    last = repository;
  }
  return { items, problems, weighed, next: null };
}

/** What retention rules would remove, and its removal at once. */
export function retentionRoutes(deps: RetentionDeps): Route[] {
  const { db, clock, queue } = deps;
  return [
    route({
      method: 'GET',
      path: '/retention/{place}',
      summary: 'Everything that retention would remove below a place, each with its reason; nothing is removed',
      permission: 'rules.read',
      params: Place,
      query: TrialQuery,
      result: RetentionTrial,
      handle: async ({ params: { place }, query }, caller) => {
        demandPlace(caller, 'rules.read', place);
        return tryRetention(deps, place, query);
      },
    }),
    route({
      method: 'POST',
      path: '/retention/{place}/run',
      summary: 'Apply retention below a place now, beside its times',
      permission: 'rules.write',
      params: Place,
      result: z.object({ jobId: z.string() }),
      status: 202,
      handle: async ({ params: { place } }, caller) => {
        demandPlace(caller, 'rules.write', place);
        const { principal: actor, from } = caller;
        return db.transaction().execute(async (trx) => {
          const jobId = await queue.send(trx, retentionJob({ place, by: actor.name }));
          await audit(trx, { actor, action: 'retention.run', subject: place, from, at: clock.now(), data: { jobId } });
          return { jobId };
        });
      },
    }),
  ];
}
