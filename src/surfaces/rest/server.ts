import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '#kernel/errors.ts';
import type { Principal } from '#model/access.ts';
import type { ProblemDetails } from '#model/api-common.ts';
import { databaseFailure } from '#platform/database/database-failure.ts';
import type { Arrival } from '#platform/network/forwarded.ts';
import { openApiDocument } from './openapi.ts';
import { type Caller, demand, holdsAnywhere, parseInput, type Route } from './route.ts';

export interface RestDeps {
  readonly publicUrl: string;
  readonly version: string;
  arrivalOf(request: IncomingMessage): Arrival;
  /** The principal of Basic, Bearer or the session cookie; the anonymous one when there are no credentials at all. */
  identify(request: FastifyRequest): Promise<Principal>;
  readonly log: { error(facts: object, message: string): void };
  /** Awaited before a change is answered: from then on every process serves what it made. */
  settled(): Promise<void>;
}

function problemOf(error: unknown, requestId: string): ProblemDetails {
  if (error instanceof AppError) {
    const { code, status, message } = error;
    return { type: 'about:blank', title: code, status, detail: message, code, requestId };
  }
  const given = error as { statusCode?: number; message?: string };
  if (given.statusCode !== undefined && given.statusCode >= 400 && given.statusCode < 500) {
    const detail = given.message ?? 'cannot use the request';
    return {
      type: 'about:blank',
      title: 'invalid-input',
      status: given.statusCode,
      detail,
      code: 'invalid-input',
      requestId,
    };
  }
  const detail = `The server failed on this request. Its log has the reason under request ${requestId}.`;
  return { type: 'about:blank', title: 'internal', status: 500, detail, code: 'internal', requestId };
}

/** A browser sends the session cookie along from anywhere; a change is taken only from our own pages. */
function refuseForeignOrigin(request: FastifyRequest, host: string, publicUrl: string): void {
  if (request.method === 'GET' || request.method === 'HEAD' || request.headers.authorization) return;
  const { origin, 'sec-fetch-site': site } = request.headers;
  const isOwn = origin === undefined || origin === new URL(publicUrl).origin || new URL(origin).host === host;
  if (!isOwn || site === 'cross-site') {
    throw new AppError('not-allowed', 'cannot take a change from another site: open the portal under its own address');
  }
}

/** Serves the rows below `/api/v1` and their description at `/api/openapi.json`. */
export async function registerRest(app: FastifyInstance, routes: readonly Route[], deps: RestDeps): Promise<void> {
  const document = openApiDocument(routes, deps);
  await app.register(async (scope) => {
    scope.setErrorHandler((thrown, request, reply: FastifyReply) => {
      const error = databaseFailure(thrown) ?? thrown;
      const problem = problemOf(error, request.id);
      if (problem.status >= 500)
        deps.log.error({ err: error, requestId: request.id, path: request.url }, 'request failed');
      if (problem.status === 401 && !request.headers['sec-fetch-mode'])
        reply.header('www-authenticate', 'Basic realm="Assay"');
      const { retryAfterSeconds } = ((error as Partial<AppError>).details ?? {}) as { retryAfterSeconds?: number };
      if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
      return reply.code(problem.status).type('application/problem+json').send(problem);
    });
    scope.setNotFoundHandler((request) => {
      throw new AppError(
        'not-found',
        `cannot find ${request.method} ${request.url.split('?')[0]}: see /api/openapi.json`,
      );
    });
    scope.get('/api/openapi.json', async () => document);
    for (const row of routes) addRoute(scope, row, deps);
  });
}

function addRoute(scope: FastifyInstance, row: Route, deps: RestDeps): void {
  scope.route({
    method: row.method,
    url: `/api/v1${row.path.replace(/\{(\w+)\}/g, ':$1')}`,
    handler: async (request, reply) => {
      const { address: from, host } = deps.arrivalOf(request.raw);
      refuseForeignOrigin(request, host, deps.publicUrl);
      const principal = await deps.identify(request);
      const caller: Caller = { principal, from, requestId: request.id };
      if (row.permission !== 'anyone' && !holdsAnywhere(principal, row.permission)) demand(caller, row.permission, '*');
      const input = {
        params: row.params && parseInput(row.params, request.params, 'path'),
        query: row.query && parseInput(row.query, request.query, 'query'),
        body: row.body && parseInput(row.body, request.body ?? {}, 'body'),
      };
      const result = await row.handle(input as never, caller, reply);
      if (row.method !== 'GET') await deps.settled();
      if (row.sends) return reply;
      reply.header('cache-control', 'no-store');
      return row.result ? reply.code(row.status ?? 200).send(result) : reply.code(row.status ?? 204).send(result);
    },
  });
}
