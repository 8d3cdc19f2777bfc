import { z } from 'zod';
import { audit } from '#features/access/index.ts';
import { findScrubRound, listScrubFindings, openScrubRound, type ScrubRound } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { ScrubReport, ScrubRound as ScrubRoundRow, ScrubStart } from '#model/api-storage.ts';
import type { Database } from '#platform/database/database.ts';
import type { HttpClient } from '#platform/network/http-client.ts';
import type { OpenQueue } from '#platform/queue/pg-boss-queue.ts';
import { scrubJob } from '#workflows/scrub-blobs.ts';
import { namedRegistry } from '#workflows/upstream-sources.ts';
import { type Caller, type Route, route } from './route.ts';

export interface ScrubDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly queue: OpenQueue;
  readonly http: HttpClient;
  readonly scrubBytesPerSecond: number;
}

function rowOf({ id, startedAt, finishedAt, place, blobs, bytes, bytesPerSecond }: ScrubRound): ScrubRoundRow {
  return {
    id,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    place,
    blobs,
    bytes,
    bytesPerSecond,
  };
}

async function start(deps: ScrubDeps, caller: Caller, wanted: ScrubStart): Promise<ScrubRoundRow> {
  const { db, clock, queue, http } = deps;
  if (wanted.source !== undefined) namedRegistry(http, wanted.source);
  const { principal: actor, from } = caller;
  const at = clock.now();
  return db.transaction().execute(async (trx) => {
    const round = await openScrubRound(trx, wanted, { bytesPerSecond: deps.scrubBytesPerSecond }, at);
    await queue.send(trx, scrubJob);
    await audit(trx, { actor, action: 'scrub.start', subject: `round ${round.id}`, from, at, data: { ...wanted } });
    return rowOf(round);
  });
}

async function report({ db }: ScrubDeps, limit: number): Promise<ScrubReport> {
  const round = await findScrubRound(db);
  const findings = await listScrubFindings(db, round?.startedAt ?? new Date(0), limit);
  return {
    round: round ? rowOf(round) : null,
    findings: findings.map(({ foundAt, mendedAt, ...finding }) => ({
      ...finding,
      foundAt: foundAt.toISOString(),
      mendedAt: mendedAt?.toISOString() ?? null,
    })),
  };
}

/** Whether stored bytes are what they should be. */
export function scrubRoutes(deps: ScrubDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/scrub',
      summary: 'The last check of the stored bytes: how far it is, and what it found',
      permission: 'storage.maintain',
      query: z.object({ limit: z.coerce.number().int().min(1).max(10_000).default(1000) }),
      result: ScrubReport,
      handle: ({ query }) => report(deps, query.limit),
    }),
    route({
      method: 'POST',
      path: '/scrub',
      summary: 'Check the stored bytes now, or go on with the check that is under way',
      permission: 'storage.maintain',
      body: ScrubStart,
      result: ScrubRoundRow,
      status: 202,
      handle: ({ body }, caller) => start(deps, caller, body),
    }),
  ];
}
