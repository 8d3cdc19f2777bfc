import { z } from 'zod';
import { findManifest } from '#features/registry/index.ts';
import { parseReference } from '#formats/oci/reference.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { type Caller, type Route, route } from './route.ts';
import { mayRead } from './visible-image.ts';

export interface ResolveDeps {
  readonly db: Database;
  readonly registryHost: string;
}

const Resolved = z.object({ digest: z.string(), repository: z.string(), tag: z.string().nullable() });

/** A reference as people type it, with or without this registry's own host in front. */
export function parseOwnReference(registryHost: string, text: string) {
  const host = `${registryHost}/`;
  const reference = parseReference(text.startsWith(host) ? text.slice(host.length) : text);
  if (reference.registry === null) return reference;
  throw new AppError('invalid-input', `cannot look up ${text}: it is in another registry than ${registryHost}`);
}

async function resolve({ db, registryHost }: ResolveDeps, caller: Caller, text: string) {
  const { repository, tag, digest } = parseOwnReference(registryHost, text);
  const wanted = digest ?? tag ?? 'latest';
  const manifest = mayRead(caller, repository) ? await findManifest(db, repository, wanted) : undefined;
  if (manifest) return { digest: manifest.digest, repository, tag: digest ? tag : wanted };
  const name = digest ? `${repository}@${digest}` : `${repository}:${wanted}`;
  throw new AppError('not-found', `cannot find ${name}: there is nothing of this name that you may see`);
}

export function resolveRoutes(deps: ResolveDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/resolve',
      summary: 'The digest of NAME[:TAG][@DIGEST]',
      permission: 'image.read',
      query: z.object({ reference: z.string().min(1).max(600) }),
      result: Resolved,
      handle: async ({ query }, caller) => resolve(deps, caller, query.reference),
    }),
  ];
}
