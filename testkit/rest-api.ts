import cookie from '@fastify/cookie';
import fastify, { type FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { anonymous, createPasswords } from '#features/access/index.ts';
import { describeTrust } from '#features/signing/index.ts';
import { AppError } from '#kernel/errors.ts';
import type { Principal, Role } from '#model/access.ts';
import { createArrivals } from '#platform/network/forwarded.ts';
import { createHttpClient } from '#platform/network/http-client.ts';
import { openQueue } from '#platform/queue/pg-boss-queue.ts';
import { scheduleAll } from '#platform/queue/schedules.ts';
import { allRoutes, type RestRouteDeps, type Route, registerRest } from '#surfaces/rest/index.ts';
import { checkDecided, decisionJob } from '#workflows/decision-jobs.ts';
import { projectEntry } from '#workflows/project-entry.ts';
import { testDatabaseUrl } from './database.ts';
import type { World } from './world.ts';

export const callers = ['anonymous', 'reader', 'publisher', 'curator', 'administrator'] as const;
export type CallerName = (typeof callers)[number];

function principalOf(name: string | undefined): Principal {
  if (name === undefined || name === 'anonymous') return anonymous;
  if (name === 'nobody') return { ...anonymous, grants: [] };
  const [role, namespace = '*'] = name.split('@');
  return { id: `id-of-${role}`, kind: 'user', name: role ?? '', grants: [{ namespace, role: role as Role }] };
}

async function urlOf(world: World): Promise<string> {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(world.db);
  const url = new URL(await testDatabaseUrl());
  url.pathname = rows[0]?.name ?? '';
  return url.href;
}

const runsHere = { signal: new AbortController().signal, jobId: 'job', step: async () => undefined };

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface RestApi extends AsyncDisposable {
  readonly app: FastifyInstance;
  readonly routes: readonly Route[];
  /** As a role, or a role in one namespace (`reader@golden`). Good answers are checked against their schema. */
  call(caller: string, method: string, path: string, body?: unknown): Promise<Answer>;
  readonly queue: RestRouteDeps['queue'];
}

/** The API over a world, without sign-in: a header says who calls. */
export async function openRestApi(world: World, more: Partial<RestRouteDeps> = {}): Promise<RestApi> {
  const { db, work } = world;
  const queue = await openQueue({ url: await urlOf(world), applicationName: 'test', onError: () => undefined });
  const daily = { queueClass: 'maintenance', retries: 0, run: async () => undefined } as const;
  const names = ['refresh-advisories', 'scan-images'];
  const schedules = names.map((name) => ({ ...daily, name, schedule: { cron: '0 4 * * *', title: name } }));
  await scheduleAll({ boss: queue.boss, db }, schedules);
  const job = decisionJob(work);
  const arrivalOf = createArrivals([]);
  const routes = allRoutes({
    ...work,
    queue,
    http: createHttpClient({ allowPrivate: true }),
    passwords: createPasswords(),
    authenticator: { authenticate: async () => undefined },
    registryHost: 'registry.example:5080',
    isSecure: false,
    arrivalOf,
    version: '1.0.0',
    supportChanged: async () => undefined,
    trust: async () => describeTrust(work.key),
    decide: async (decision) => checkDecided((await job.run(decision, runsHere)) ?? ''),
    project: (trx, repository) => projectEntry(trx, repository, work.clock.now()),
    garbageDelayMs: 24 * 3_600_000,
    scrubBytesPerSecond: 1e9,
    ...more,
  });
  const app = fastify({ routerOptions: { maxParamLength: 400 } });
  await app.register(cookie);
  await registerRest(app, routes, {
    publicUrl: 'http://registry.example:5080',
    version: '1.0.0',
    arrivalOf,
    identify: async ({ headers }) => principalOf(headers['x-caller']?.toString()),
    log: { error: (facts) => console.error(facts) },
    settled: async () => undefined,
  });
  await app.ready();
  return {
    app,
    routes,
    queue,
    async call(caller, method, path, body) {
      const answer = await app.inject({
        method: method as 'GET',
        url: `/api/v1${path}`,
        headers: { 'x-caller': caller },
        ...(body !== undefined && { payload: body as object }),
      });
      const isJson = String(answer.headers['content-type']).includes('json') && answer.body !== '';
      const json = isJson ? answer.json() : answer.body;
      if (answer.statusCode < 300) checkAnswer(routes, method, path, json);
      return { status: answer.statusCode, body: json, headers: answer.headers };
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      await queue[Symbol.asyncDispose]();
    },
  };
}

function checkAnswer(routes: readonly Route[], method: string, path: string, json: unknown): void {
  const [plain = ''] = path.split('?');
  const isIt = (row: Route) =>
    row.method === method && new RegExp(`^${row.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain);
  // `/advisories/sources` also looks like `/advisories/{id}`: the row with the fewest parameters is meant.
  const [row] = routes.filter(isIt).sort((a, b) => a.path.split('{').length - b.path.split('{').length);
  if (!row) throw new AppError('internal', `no row serves ${method} ${path}`);
  row.result?.parse(json);
}
