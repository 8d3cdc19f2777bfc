import { z } from 'zod';
import { audit } from '#features/access/index.ts';
import {
  changeRules,
  countRepositories,
  findRules,
  listRules,
  readRulesFor,
  roomIn,
  type StoredRules,
} from '#features/registry/index.ts';
import { isRepositoryName } from '#formats/oci/reference.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { isAllowed, type Permission } from '#model/access.ts';
import { RulesChange, RulesDetail, type RulesInForce, RulesRow } from '#model/api-rules.ts';
import { kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import { EVERYWHERE } from '#model/namespace-rules.ts';
import type { Database } from '#platform/database/database.ts';
import { type Caller, demand, type Route, route } from './route.ts';

/** More is "many" to whoever looks. */
const COUNTED_REPOSITORIES = 100_000;

export const Place = z.object({ place: z.string() });

/** `*`, a namespace, or a path below one. Throws `not-found`, and when the caller may not do this there. */
export function demandPlace(caller: Caller, permission: Permission, place: string): void {
  const isPlace =
    place === EVERYWHERE || (isRepositoryName(place) && kindOfNamespace(namespaceOf(place)) !== undefined);
  demand(caller, permission, namespaceOf(place));
  if (isPlace) return;
  throw new AppError('not-found', `cannot find ${place}: say a namespace, a path below one, or * for all`);
}

function rowOf({ changedAt, ...row }: StoredRules): RulesRow {
  return { ...row, changedAt: changedAt?.toISOString() ?? null };
}

async function inForceAt(db: Database, place: string): Promise<RulesInForce> {
  const { immutableTags, quotas, rateLimit, undelete, retention } = await readRulesFor(db, place);
  return {
    immutableTags: immutableTags ? { ...immutableTags, patterns: [...immutableTags.patterns] } : null,
    quotas: [...quotas],
    rateLimit: rateLimit ?? null,
    undelete: undelete ?? null,
    retention: retention ? { ...retention, rules: [...retention.rules] } : null,
  };
}

async function detailOf(db: Database, place: string): Promise<RulesDetail> {
  const [room] = await roomIn(db, [place], undefined);
  return {
    ...rowOf(await findRules(db, place)),
    inForce: await inForceAt(db, place),
    usage: { bytes: room?.bytes ?? null, repositories: await countRepositories(db, place, COUNTED_REPOSITORIES) },
  };
}

/** Immutable tags, quotas, rate limits, undeletion and retention, by place. */
export function rulesRoutes({ db, clock }: { readonly db: Database; readonly clock: Clock }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/rules',
      summary: 'Every place that has registry rules of its own',
      permission: 'rules.read',
      result: z.object({ items: z.array(RulesRow) }),
      handle: async (_, { principal }) => {
        const rows = await listRules(db);
        return { items: rows.filter(({ place }) => isAllowed(principal, 'rules.read', namespaceOf(place))).map(rowOf) };
      },
    }),
    route({
      method: 'GET',
      path: '/rules/{place}',
      summary: "A place's own rules, those in force there and how full it is; slashes are written %2F",
      permission: 'rules.read',
      params: Place,
      result: RulesDetail,
      handle: async ({ params: { place } }, caller) => {
        demandPlace(caller, 'rules.read', place);
        return detailOf(db, place);
      },
    }),
    route({
      method: 'PUT',
      path: '/rules/{place}',
      summary: 'Replace the rules that a place has of its own; what is not named is inherited, false is none',
      permission: 'rules.write',
      params: Place,
      body: RulesChange,
      result: RulesDetail,
      handle: async ({ params: { place }, body: { rules, version } }, caller) => {
        demandPlace(caller, 'rules.write', place);
        const { principal: actor, from } = caller;
        const at = clock.now();
        await db.transaction().execute(async (trx) => {
          const written = await changeRules(trx, { place, rules, version, by: actor.name, at });
          const data = { version: written.version, rules };
          await audit(trx, { actor, action: 'rules.put', subject: place, from, at, data });
        });
        return detailOf(db, place);
      },
    }),
  ];
}
