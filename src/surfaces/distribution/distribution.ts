import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate, demand, scopeFor } from './authorization.ts';
import { type DistributionDeps, type DistributionLimits, defaultLimits } from './distribution-deps.ts';
import { handlers } from './handlers.ts';
import { createPullRecorder, type PullRecorder } from './pull-recorder.ts';
import { createRateGate, movedBytes, type RateGate } from './rate-gate.ts';
import { type Answer, sendAnswer } from './registry-answer.ts';
import type { Context } from './registry-context.ts';
import { answerError } from './registry-error.ts';
import { parseRequest, type RequestKind, type RequestOf } from './registry-request.ts';
import { drainBody } from './request-body.ts';
import { breakOff, isBrokenOff, isGone } from './request-life.ts';
import { answerToken } from './token-endpoint.ts';

export interface Distribution extends AsyncDisposable {
  /** For paths that begin with `/v2`, and for `/auth/token`. Never rejects; always answers or closes the connection. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

interface Surface {
  readonly deps: DistributionDeps;
  readonly limits: DistributionLimits;
  readonly pulls: PullRecorder;
  readonly rates: RateGate;
}

/** The registry by OCI distribution-spec 1.1. Disposing writes the pull records that wait. */
export function createDistribution(deps: DistributionDeps): Distribution {
  const surface: Surface = {
    deps,
    limits: { ...defaultLimits, ...deps.limits },
    pulls: createPullRecorder(deps),
    rates: createRateGate(deps),
  };
  return {
    handle: (request, response) => handle(surface, request, response),
    [Symbol.asyncDispose]: () => surface.pulls.flush(),
  };
}

async function handle(surface: Surface, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID();
  let answer: Answer;
  try {
    answer = await answerTo(surface, request, requestId);
  } catch (error) {
    if (isBrokenOff(request)) return;
    answer = answerError(error, { requestId, log: surface.deps.log });
  }
  if (!request.complete) drainBody(request);
  answer.headers['docker-distribution-api-version'] = 'registry/2.0';
  answer.headers['x-request-id'] = requestId;
  try {
    await sendAnswer(response, answer, request.method === 'HEAD');
  } catch (error) {
    // The client went away, or the bytes could not be read: either way it must not take the answer for whole.
    if (!isGone(response)) surface.deps.log.error({ err: error, requestId }, 'registry answer broken off');
    breakOff(response);
  }
}

async function answerTo(surface: Surface, request: IncomingMessage, requestId: string): Promise<Answer> {
  const deps = depsFor(surface.deps, request);
  if (request.url?.startsWith('/auth/token')) return answerToken(deps, request, surface.rates);
  const parsed = parseRequest(request.method ?? '', request.url ?? '');
  const { need } = handlers[parsed.kind];
  const repository = 'repository' in parsed ? parsed.repository : undefined;
  const isDemanded = need !== null && repository !== undefined;
  const caller = await authenticate(deps, request, isDemanded ? scopeFor(need, repository) : undefined);
  const charge = surface.rates.enter(caller, repository ?? '');
  if (isDemanded) await demand(deps, caller, need, repository);
  const context = { ...surface, deps, caller, request, requestId, isHead: request.method === 'HEAD' };
  return charge ? runCharged(parsed.kind, context, parsed, charge) : run(parsed.kind, context, parsed);
}

/** Bytes that came count, whatever becomes of them. */
async function runCharged<K extends RequestKind>(
  kind: K,
  context: Context,
  request: RequestOf<K>,
  charge: (bytes: number) => void,
): Promise<Answer> {
  const readBefore = context.request.socket.bytesRead;
  let answer: Answer | undefined;
  try {
    answer = await run(kind, context, request);
    return answer;
  } finally {
    charge(movedBytes(context.request, readBefore, answer));
  }
}

function depsFor(deps: DistributionDeps, request: IncomingMessage): DistributionDeps {
  const publicUrl = deps.publicUrlOf?.(request);
  return publicUrl === undefined ? deps : { ...deps, publicUrl };
}

function run<K extends RequestKind>(kind: K, context: Context, request: RequestOf<K>): Answer | Promise<Answer> {
  return handlers[kind].handle(context, request);
}
