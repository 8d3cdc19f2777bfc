import Fastify, { type FastifyInstance } from 'fastify';
import type { Role } from '#model/access.ts';
import type { EntryPage, EntryPatch, EntryRow, TagRow } from '#model/api-entries.ts';
import type { IntakeRow } from '#model/api-intake.ts';
import type { AssayEvent } from '#model/event.ts';
import { createWeb } from '../../src/surfaces/web/index.ts';
import { entryDetail, entryRows } from './fixture-entries.ts';
import { findingRows, historyRows, imageDetail, layerRows, packageRows } from './fixture-images.ts';
import { intakeDetail, intakeRows } from './fixture-intake.ts';
import {
  advisoryDetail,
  auditRows,
  jobRows,
  meOf,
  scheduleRows,
  sourceRows,
  tokenRows,
  userRows,
} from './fixture-work.ts';

/** What a test may turn while the portal runs against it. */
export interface FakeState {
  role: Role | 'nobody';
  /** Answers every request of these paths with this status. */
  failing: { path: RegExp; status: number } | undefined;
  delayMs: number;
  intakes: IntakeRow[];
  readonly decisions: unknown[];
}

export interface FakeApi extends AsyncDisposable {
  readonly url: string;
  readonly state: FakeState;
  send(event: Pick<AssayEvent, 'type' | 'message'>): void;
}

const page = <T>(items: readonly T[]) => ({ items, next: null });

function supportOf(row: EntryRow, now: Date): string {
  const end = row.recommended?.window.endOfLife;
  if (!end) return 'unknown';
  const days = (Date.parse(end) - now.getTime()) / 86_400_000;
  if (days < 0) return 'ended';
  return days < 180 ? 'ending' : 'supported';
}

const facetValues: Record<string, (row: EntryRow, now: Date) => string | null> = {
  grade: (row) => row.recommended?.posture?.grade ?? null,
  support: supportOf,
  owner: (row) => row.owner,
  distribution: (row) => row.recommended?.distribution ?? null,
  state: (row) => row.recommended?.state ?? null,
};

function search(rows: readonly EntryRow[], query: Record<string, string>, now: Date): EntryPage {
  const words = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found = rows
    .filter((row) => words.every((word) => `${row.repository} ${row.description} openssl`.toLowerCase().includes(word)))
    .map((row) => ({ ...row, matched: words.includes('openssl') ? 'openssl 3.5.4-1~deb13u1' : null }));
  const isIn = (facet: string, row: EntryRow) => {
    const wanted = query[facet]?.split(',');
    return !wanted || wanted.includes(facetValues[facet]?.(row, now) ?? '');
  };
  const names = Object.keys(facetValues);
  const facets = Object.fromEntries(
    names.map((facet) => {
      const all = new Map<string, number>();
      for (const row of rows) all.set(facetValues[facet]?.(row, now) ?? '', 0);
      for (const row of found.filter((one) => names.every((name) => name === facet || isIn(name, one)))) {
        const value = facetValues[facet]?.(row, now) ?? '';
        all.set(value, (all.get(value) ?? 0) + 1);
      }
      all.delete('');
      return [
        facet,
        [...all].map(([value, count]) => ({ value, count })).sort((a, b) => a.value.localeCompare(b.value)),
      ];
    }),
  ) as EntryPage['facets'];
  const items = found.filter((row) => names.every((name) => isIn(name, row)));
  return { items, next: null, facets, matching: items.length, total: rows.length };
}

function findTag(now: Date, wanted: (repository: string, tag: TagRow) => boolean) {
  for (const row of entryRows(now)) {
    const tag = entryDetail(now, row).tagRows.find((one) => wanted(row.repository, one));
    if (tag) return { repository: row.repository, tag };
  }
  return undefined;
}

function problem(status: number, detail: string) {
  const code = { 401: 'not-signed-in', 403: 'not-allowed', 404: 'not-found' }[status] ?? 'unavailable';
  return { type: 'about:blank', title: code, status, detail, code, requestId: 'req-01JDD3Q8W2' };
}

function readRoutes(app: FastifyInstance, state: FakeState, clock: () => Date): void {
  type Params = { Params: Record<string, string>; Querystring: Record<string, string> };
  const lists: Record<string, (now: Date) => unknown> = {
    '/me': () => meOf(state.role),
    '/schedules': (now) => page(scheduleRows(now)),
    '/advisories/sources': (now) => page(sourceRows(now)),
    '/users': (now) => page(userRows(now)),
    '/tokens': (now) => page(tokenRows(now)),
    '/audit': (now) => page(auditRows(now)),
    '/trust': () => ({
      roots: [],
      identities: [],
      registryHost: 'assay.example',
      repositories: ['golden/node'],
      developmentKey: true,
    }),
  };
  for (const [path, answer] of Object.entries(lists)) app.get(`/api/v1${path}`, async () => answer(clock()));
  app.get<Params>('/api/v1/entries', async ({ query }) => search(entryRows(clock()), query, clock()));
  app.get<Params>('/api/v1/entries/:name', async ({ params }, reply) => {
    const row = entryRows(clock()).find((one) => one.repository === params.name);
    return row
      ? entryDetail(clock(), row)
      : reply.code(404).send(problem(404, `cannot find entry ${params.name}: there is none that you may see`));
  });
  app.get<Params>('/api/v1/resolve', async ({ query }, reply) => {
    const found = findTag(clock(), (repository, tag) => `${repository}:${tag.tag}` === query.reference);
    if (!found) return reply.code(404).send(problem(404, `cannot find ${query.reference}`));
    return { digest: found.tag.digest, repository: found.repository, tag: found.tag.tag };
  });
  app.get<Params>('/api/v1/images/:digest', async ({ params, query }, reply) => {
    const found = findTag(clock(), (_, tag) => tag.digest === params.digest);
    if (!found) return reply.code(404).send(problem(404, `cannot find image ${params.digest}`));
    return imageDetail(clock(), found.repository, found.tag, query.platform);
  });
  app.get('/api/v1/images/:digest/findings', async () => page(findingRows(clock())));
  app.get('/api/v1/images/:digest/packages', async () => page(packageRows()));
  app.get('/api/v1/images/:digest/layers', async () => page(layerRows()));
  app.get('/api/v1/images/:digest/history', async () => page(historyRows(clock(), 'golden/node')));
  app.get<Params>('/api/v1/intake', async ({ query }) =>
    page(state.intakes.filter((row) => !query.status || query.status.split(',').includes(row.status))),
  );
  app.get<Params>('/api/v1/intake/:id', async ({ params }, reply) => {
    const row = state.intakes.find((one) => one.id === params.id);
    return row ? intakeDetail(clock(), row) : reply.code(404).send(problem(404, 'cannot find this intake'));
  });
  app.get<Params>('/api/v1/jobs', async ({ query }) =>
    page(jobRows(clock()).filter((job) => !query.state || query.state.split(',').includes(job.state))),
  );
  app.get<Params>('/api/v1/advisories/:id', async ({ params }) => advisoryDetail(clock(), params.id ?? ''));
}

function changeRoutes(app: FastifyInstance, state: FakeState, clock: () => Date): void {
  app.post<{ Body: { username: string; password: string } }>('/api/v1/session', async ({ body }, reply) => {
    if (body.password === 'wrong')
      return reply.code(401).send(problem(401, 'cannot sign in: the user name, password or token is wrong'));
    state.role = 'administrator';
    return meOf(state.role);
  });
  app.delete('/api/v1/session', async (_, reply) => {
    state.role = 'nobody';
    return reply.code(204).send();
  });
  app.post<{ Params: { id: string; verb: string }; Body: Record<string, unknown> }>(
    '/api/v1/intake/:id/:verb',
    async ({ params, body }) => {
      state.decisions.push({ ...params, ...body });
      const status = params.verb === 'approve' ? 'cataloged' : 'rejected';
      state.intakes = state.intakes.map((row) =>
        row.id === params.id ? { ...row, status, decidedBy: 'admin', decidedAt: clock().toISOString() } : row,
      );
      const row = state.intakes.find((one) => one.id === params.id);
      return row && intakeDetail(clock(), row);
    },
  );
  app.post<{ Params: { digest: string; verb: string }; Body: Record<string, unknown> }>(
    '/api/v1/images/:digest/:verb',
    async ({ params, body }) => {
      state.decisions.push({ ...params, ...body });
      return {};
    },
  );
  app.patch<{ Params: { name: string }; Body: EntryPatch }>('/api/v1/entries/:name', async ({ params, body }) => {
    state.decisions.push({ ...params, ...body });
    const row = entryRows(clock()).find((one) => one.repository === params.name);
    const { support, ...plain } = body;
    const detail = row && entryDetail(clock(), row);
    return detail && { ...detail, ...plain, support: { ...detail.support, ...support } };
  });
  app.post<{ Body: { name: string; expiresAt: string | null } }>('/api/v1/tokens', async ({ body }) => ({
    id: 't3',
    name: body.name,
    createdAt: clock().toISOString(),
    expiresAt: body.expiresAt,
    lastUsedAt: null,
    secret: 'assay_0123456789abcdef',
  }));
  app.delete('/api/v1/tokens/:id', async (_, reply) => reply.code(204).send());
}

/** An API with an invented catalog, and the built portal before it: for developing and testing the portal alone. */
export async function startFakeApi(options: { distDir: string; port?: number; now?: Date }): Promise<FakeApi> {
  const clock = () => options.now ?? new Date();
  const state: FakeState = {
    role: 'administrator',
    failing: undefined,
    delayMs: 0,
    intakes: intakeRows(clock()),
    decisions: [],
  };
  const streams = new Set<{ write(text: string): unknown; end(): unknown }>();
  let lastEvent = 0;
  const app = Fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/api/')) return undefined;
    if (state.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, state.delayMs));
    const { failing } = state;
    if (failing?.path.test(request.url)) {
      return reply
        .code(failing.status)
        .send(problem(failing.status, 'The server is up, but its database is not reachable.'));
    }
    return undefined;
  });
  readRoutes(app, state, clock);
  changeRoutes(app, state, clock);
  app.get('/api/v1/events', (request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write(':\n\n');
    streams.add(reply.raw);
    request.raw.on('close', () => streams.delete(reply.raw));
  });
  await app.register(createWeb({ distDir: options.distDir }));
  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    url,
    state,
    send: ({ type, message }) => {
      lastEvent += 1;
      const event: AssayEvent = {
        id: lastEvent,
        type,
        message,
        at: clock().toISOString(),
        repository: null,
        digest: null,
        actor: 'assay',
        data: {},
      };
      for (const stream of streams) stream.write(`id: ${event.id}\nevent: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
    },
    [Symbol.asyncDispose]: async () => {
      for (const stream of streams) stream.end();
      await app.close();
    },
  };
}

if (import.meta.main) {
  const { url } = await startFakeApi({ distDir: new URL('../dist', import.meta.url).pathname, port: 5081 });
  console.log(`the portal with an invented catalog: ${url}`);
}
