import { z } from 'zod';
import {
  audit,
  createPrincipal,
  deletePrincipal,
  getPrincipalByName,
  listPrincipals,
  type Passwords,
  setDisabled,
  setGrants,
  setPassword,
} from '#features/access/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { PrincipalKind, Role } from '#model/access.ts';
import { UserCreation, UserRow } from '#model/api-access.ts';
import { PageQuery, page } from '#model/api-common.ts';
import type { Database } from '#platform/database/database.ts';
import { type Caller, demand, type Route, route } from './route.ts';

const UserName = z.object({ name: z.string() });

const UserPatch = z
  .object({
    disabled: z.boolean(),
    password: z.string().min(12).max(1000),
    grants: z.array(z.object({ namespace: z.string(), role: Role })),
  })
  .partial();

export interface UserDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly passwords: Passwords;
}

export function userRoutes({ db, clock, passwords }: UserDeps): Route[] {
  function change(
    caller: Caller,
    action: string,
    subject: string,
    work: (trx: Database) => Promise<unknown>,
    data = {},
  ) {
    demand(caller, 'access.write', '*');
    return db.transaction().execute(async (trx) => {
      await work(trx);
      await audit(trx, { actor: caller.principal, action, subject, from: caller.from, at: clock.now(), data });
    });
  }

  async function rowOf(name: string): Promise<UserRow> {
    const { id, kind, externalId, disabled, grants, createdAt } = await getPrincipalByName(db, name);
    return { id, kind, name, externalId, disabled, grants: [...grants], createdAt: createdAt.toISOString() };
  }

  return [
    route({
      method: 'GET',
      path: '/users',
      summary: 'Users, robots, teams and workloads, with their own grants',
      permission: 'access.write',
      query: PageQuery.extend({ kind: PrincipalKind.optional() }),
      result: page(UserRow),
      handle: async ({ query }, caller) => {
        demand(caller, 'access.write', '*');
        return listPrincipals(db, query);
      },
    }),
    route({
      method: 'POST',
      path: '/users',
      summary: 'Create a user, robot, team or workload',
      permission: 'access.write',
      body: UserCreation,
      result: UserRow,
      status: 201,
      handle: async ({ body }, caller) => {
        const password = body.password === undefined ? null : await passwords.hash(body.password);
        const { kind, name, externalId, grants } = body;
        const create = (trx: Database) =>
          createPrincipal(trx, { kind, name, externalId, password, grants, at: clock.now() });
        await change(caller, 'user.create', name, create, { kind, grants });
        return rowOf(name);
      },
    }),
    route({
      method: 'PATCH',
      path: '/users/{name}',
      summary: 'Change grants, password, or whether it is disabled',
      permission: 'access.write',
      params: UserName,
      body: UserPatch,
      result: UserRow,
      handle: async ({ params, body }, caller) => {
        const { id } = await getPrincipalByName(db, params.name);
        const password = body.password === undefined ? undefined : await passwords.hash(body.password);
        const { grants, disabled } = body;
        const apply = async (trx: Database) => {
          if (grants) await setGrants(trx, id, grants);
          if (password !== undefined) await setPassword(trx, id, password);
          if (disabled !== undefined) await setDisabled(trx, id, disabled);
        };
        await change(caller, 'user.change', params.name, apply, { grants, disabled, password: password !== undefined });
        return rowOf(params.name);
      },
    }),
    route({
      method: 'DELETE',
      path: '/users/{name}',
      summary: 'Delete a principal with its grants, tokens and sessions',
      permission: 'access.write',
      params: UserName,
      handle: async ({ params }, caller) => {
        const { id } = await getPrincipalByName(db, params.name);
        await change(caller, 'user.delete', params.name, (trx) => deletePrincipal(trx, id));
      },
    }),
  ];
}
