import { z } from 'zod';
import { audit } from '#features/access/index.ts';
import { findIntakeByReference, getIntake, listIntake } from '#features/gates/index.ts';
import type { BlobDeps } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import {
  IntakeAddition,
  IntakeDecision,
  IntakeDetail,
  IntakePage,
  IntakeRow,
  IntakeStatus,
} from '#model/api-intake.ts';
import { INTAKE_NAMESPACE, intakeRepository, kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { HttpClient } from '#platform/network/http-client.ts';
import type { OpenQueue } from '#platform/queue/pg-boss-queue.ts';
import { acquireImage } from '#workflows/acquire-image.ts';
import type { DecisionInput } from '#workflows/decision-jobs.ts';
import { boundedRuns } from './bounded-runs.ts';
import { intakeDetail } from './intake-detail.ts';
import { parseOwnReference } from './resolve.ts';
import { type Caller, demand, type Route, route } from './route.ts';

export interface IntakeDeps extends BlobDeps {
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly queue: OpenQueue;
  /** Carries a person's decision out, and throws what it was refused with. */
  decide(decision: DecisionInput): Promise<void>;
  readonly registryHost: string;
}

const IntakeQuery = z.object({
  /** Several with commas between. */
  status: z
    .string()
    .transform((text) => text.split(',').filter(Boolean))
    .pipe(z.array(IntakeStatus))
    .optional(),
  /** `staging/NAME:TAG`, `staging/NAME@DIGEST` or an id: only the newest push of it. */
  reference: z.string().max(600).optional(),
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
const Id = z.object({ id: z.string().max(100) });

const ACQUISITIONS = { atOnce: 4, timeoutMs: 15 * 60_000 };

async function findByReference({ db, registryHost }: IntakeDeps, text: string): Promise<IntakeRow | undefined> {
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text)) return getIntake(db, text).catch(orNothing);
  const { repository, tag, digest } = parseOwnReference(registryHost, text);
  const isCatalog = kindOfNamespace(namespaceOf(repository)) === 'catalog';
  return findIntakeByReference(db, isCatalog ? intakeRepository(repository) : repository, digest ?? tag ?? 'latest');
}

function orNothing(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'not-found') return undefined;
  throw error;
}

async function list(deps: IntakeDeps, query: z.output<typeof IntakeQuery>): Promise<IntakePage> {
  const { status: statuses, reference, limit } = query;
  if (!reference) return listIntake(deps.db, { statuses, limit, after: query.after || undefined });
  const row = await findByReference(deps, reference);
  const isWanted = row && (statuses === undefined || statuses.length === 0 || statuses.includes(row.status));
  return { items: isWanted ? [row] : [], next: null };
}

/** Throws `not-found`, also for what the caller may not see. */
async function getVisible({ db }: IntakeDeps, caller: Caller, id: string): Promise<IntakeRow> {
  demand(caller, 'image.read', INTAKE_NAMESPACE);
  return getIntake(db, id);
}

function record({ db, clock }: IntakeDeps, caller: Caller, action: string, subject: string, data: object) {
  const { principal: actor, from } = caller;
  return audit(db, { actor, action, subject, from, at: clock.now(), data: { ...data } });
}

function createAdd(deps: IntakeDeps) {
  const run = boundedRuns(ACQUISITIONS);
  return async (body: IntakeAddition, caller: Caller): Promise<IntakeRow> => {
    demand(caller, 'image.push', body.repository ? namespaceOf(body.repository) : INTAKE_NAMESPACE);
    const acquired = await run(`bring ${body.reference} in`, () =>
      acquireImage(deps, { ...body, actor: caller.principal.name }),
    );
    const { repository, tag, digest } = acquired;
    await record(deps, caller, 'intake.add', `${repository}:${tag}`, { reference: body.reference, digest });
    const row = await findIntakeByReference(deps.db, repository, tag);
    if (row) return row;
    throw new AppError(
      'unusable-input',
      `cannot judge ${body.reference}: it is in ${repository}@${digest} now, but it is no image`,
    );
  };
}

function decisionRoutes(deps: IntakeDeps): Route[] {
  const { db } = deps;
  const decisions = [
    {
      verb: 'approve',
      summary: 'Accept what the gate failed or left open, and catalog the image',
    },
    { verb: 'reject', summary: 'Reject what waits; the reason is what the pusher reads' },
  ] as const;
  return decisions.map(({ verb, summary }) =>
    route({
      method: 'POST',
      path: `/intake/{id}/${verb}`,
      summary,
      permission: 'intake.decide',
      params: Id,
      body: IntakeDecision,
      result: IntakeDetail,
      handle: async ({ params, body }, caller) => {
        const before = await getIntake(db, params.id);
        demand(caller, 'intake.decide', namespaceOf(before.repository));
        const decision = { ...body, reason: body.reason.replace(/\s+/g, ' '), by: caller.principal.name };
        await deps.decide({ verb, id: params.id, ...decision });
        const row = await getIntake(db, params.id);
        await record(deps, caller, `intake.${verb}`, `${row.repository}:${row.tag}`, {
          ...decision,
          digest: row.digest,
        });
        return intakeDetail(deps, caller, row);
      },
    }),
  );
}

/** What was pushed to be judged. */
export function intakeRoutes(deps: IntakeDeps): Route[] {
  const add = createAdd(deps);
  return [
    route({
      method: 'GET',
      path: '/intake',
      summary: 'What was pushed to be judged, newest first',
      permission: 'image.read',
      query: IntakeQuery,
      result: IntakePage,
      handle: async ({ query }, caller) => {
        demand(caller, 'image.read', INTAKE_NAMESPACE);
        return list(deps, query);
      },
    }),
    route({
      method: 'POST',
      path: '/intake',
      summary: 'Bring an image with its referrers from another registry, to be judged as a push is',
      permission: 'image.push',
      body: IntakeAddition,
      result: IntakeRow,
      status: 201,
      handle: async ({ body }, caller) => add(body, caller),
    }),
    route({
      method: 'GET',
      path: '/intake/{id}',
      summary: 'One push with its verdict',
      permission: 'image.read',
      params: Id,
      result: IntakeDetail,
      handle: async ({ params }, caller) => intakeDetail(deps, caller, await getVisible(deps, caller, params.id)),
    }),
    ...decisionRoutes(deps),
  ];
}
