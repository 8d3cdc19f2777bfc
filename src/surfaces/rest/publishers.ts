import { z } from 'zod';
import { audit } from '#features/access/index.ts';
import {
  checkTrustedPublisher,
  findTrustedPublishers,
  putTrustedPublisher,
  removeTrustedPublisher,
  type TrustedPublisher,
} from '#features/signing/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { type Caller, demand, type Route, route } from './route.ts';

const PublisherTrust = z.object({
  /** PEM: roots, intermediates or single self-signed certificates. */
  certificates: z.string().min(1).max(200_000),
  /** `x509.subject: …`; empty trusts every signer below the certificates. */
  identities: z.array(z.string().max(1000)).max(100).default([]),
  /** Repositories without the host, exact or ending in `/*`; `*` for all. */
  scopes: z.array(z.string().min(1).max(300)).min(1).max(100),
});
const PublisherRow = PublisherTrust.extend({ name: z.string(), createdAt: z.string() });
const Name = z.object({ name: z.string() });

function rowOf({ identities, scopes, createdAt, ...rest }: TrustedPublisher): z.input<typeof PublisherRow> {
  return { ...rest, identities: [...identities], scopes: [...scopes], createdAt: createdAt.toISOString() };
}

/** Whose signatures on images the gate's rule `publisher-signature` takes. */
export function publisherRoutes({ db, clock }: { readonly db: Database; readonly clock: Clock }): Route[] {
  function change(caller: Caller, action: string, name: string, work: (trx: Database) => Promise<void>) {
    return db.transaction().execute(async (trx) => {
      await work(trx);
      await audit(trx, { actor: caller.principal, action, subject: name, from: caller.from, at: clock.now() });
    });
  }

  return [
    route({
      method: 'GET',
      path: '/publishers',
      summary: 'Publishers whose signatures are trusted',
      permission: 'gate.write',
      result: z.object({ items: z.array(PublisherRow) }),
      handle: async (_, caller) => {
        demand(caller, 'gate.write', '*');
        return { items: (await findTrustedPublishers(db)).map(rowOf) };
      },
    }),
    route({
      method: 'PUT',
      path: '/publishers/{name}',
      summary: 'Trust a publisher, or change for what',
      permission: 'gate.write',
      params: Name,
      body: PublisherTrust,
      result: PublisherRow,
      handle: async ({ params: { name }, body }, caller) => {
        demand(caller, 'gate.write', '*');
        const publisher = { ...body, name, createdAt: clock.now() };
        checkTrustedPublisher(publisher);
        await change(caller, 'publisher.put', name, (trx) => putTrustedPublisher(trx, publisher));
        return rowOf(publisher);
      },
    }),
    route({
      method: 'DELETE',
      path: '/publishers/{name}',
      summary: 'Trust a publisher no more',
      permission: 'gate.write',
      params: Name,
      handle: async ({ params: { name } }, caller) => {
        demand(caller, 'gate.write', '*');
        await change(caller, 'publisher.delete', name, async (trx) => {
          if (await removeTrustedPublisher(trx, name)) return;
          throw new AppError('not-found', `cannot delete publisher ${name}: there is none of this name`);
        });
      },
    }),
  ];
}
