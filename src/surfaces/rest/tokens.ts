import { z } from 'zod';
import { anonymous, audit, createToken, deleteToken, listTokens } from '#features/access/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { CreatedToken, TokenCreation, TokenRow } from '#model/api-access.ts';
import type { Database } from '#platform/database/database.ts';
import { type Caller, type Route, route } from './route.ts';

function ownerOf(caller: Caller): string {
  if (caller.principal.id !== anonymous.id) return caller.principal.id;
  throw new AppError('not-signed-in', 'cannot use tokens without signing in');
}

/** Everybody's own API tokens. */
export function tokenRoutes({ db, clock }: { readonly db: Database; readonly clock: Clock }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/tokens',
      summary: "The caller's API tokens, without their secrets",
      permission: 'anyone',
      result: z.object({ items: z.array(TokenRow) }),
      handle: async (_, caller) => ({ items: await listTokens(db, ownerOf(caller)) }),
    }),
    route({
      method: 'POST',
      path: '/tokens',
      summary: 'Create an API token; its secret is in this answer and nowhere else',
      permission: 'anyone',
      body: TokenCreation,
      result: CreatedToken,
      status: 201,
      handle: async ({ body }, caller) => {
        const principalId = ownerOf(caller);
        const at = clock.now();
        const expiresAt = body.expiresAt === null ? null : new Date(body.expiresAt);
        return db.transaction().execute(async (trx) => {
          const token = await createToken(trx, { principalId, name: body.name, expiresAt, at });
          await audit(trx, {
            actor: caller.principal,
            action: 'token.create',
            subject: body.name,
            from: caller.from,
            at,
          });
          return token;
        });
      },
    }),
    route({
      method: 'DELETE',
      path: '/tokens/{id}',
      summary: 'Delete an API token; it stops at once',
      permission: 'anyone',
      params: z.object({ id: z.uuid() }),
      handle: async ({ params }, caller) => {
        const at = clock.now();
        await db.transaction().execute(async (trx) => {
          if (!(await deleteToken(trx, ownerOf(caller), params.id))) {
            throw new AppError('not-found', 'cannot delete the token: you have none with this id');
          }
          await audit(trx, {
            actor: caller.principal,
            action: 'token.delete',
            subject: params.id,
            from: caller.from,
            at,
          });
        });
      },
    }),
  ];
}
