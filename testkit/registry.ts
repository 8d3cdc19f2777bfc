import { randomUUID } from 'node:crypto';
import { findBlob, findManifest, registryMigrations } from '#features/registry/index.ts';
import { systemClock } from '#kernel/clock.ts';
import type { Principal } from '#model/access.ts';
import type { BlobStore } from '#platform/blobs/blob-store.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import type { Database } from '#platform/database/database.ts';
import type { TlsPair } from '#platform/network/tls-pair.ts';
import { startWebServer } from '#platform/network/web-server.ts';
import {
  createDistribution,
  type Distribution,
  type DistributionDeps,
  type PushedManifest,
  type RegistryAccess,
  type RegistryDeletion,
  type RegistryScope,
} from '#surfaces/distribution/index.ts';
import { testDatabase } from './database.ts';
import { temporaryFolder } from './temporary.ts';

type Action = 'see' | 'pull' | 'push' | 'delete';

/** Somebody with a password, and what they may do where. */
export interface TestUser {
  readonly name: string;
  readonly password: string;
  may(action: Action, repository: string): boolean;
}

export const everything: TestUser = { name: 'admin', password: 'secret', may: () => true };

export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly url: string;
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly stored: readonly (PushedManifest & { readonly created: boolean })[];
  readonly deletions: readonly RegistryDeletion[];
  /** Writes the pull records that wait, as a stop does. */
  flush(): Promise<void>;
}

export interface TestRegistryOptions {
  /** Default: `everything`. */
  readonly users?: readonly TestUser[];
  /** What may be done without credentials; default nothing. */
  readonly anonymous?: TestUser['may'];
  readonly deps?: Partial<DistributionDeps>;
  /** Serves HTTP/2 and HTTP/1.1 over TLS. */
  readonly tls?: TlsPair;
}

/** The registry alone on a free port, over a throw-away database and folder, with faked people and decisions. */
export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder());
  const db = stack.adopt(await testDatabase(registryMigrations), (opened) => opened.destroy());
  const blobs = await diskBlobs(folder.path);
  const stored: (PushedManifest & { readonly created: boolean })[] = [];
  const deletions: RegistryDeletion[] = [];
  let distribution: Distribution | undefined;
  const server = await startWebServer({
    host: '127.0.0.1',
    port: 0,
    tls: options.tls,
    drainMs: 0,
    handle: (request, response) => void distribution?.handle(request, response),
  });
  const host = `127.0.0.1:${server.port}`;
  const url = `${options.tls ? 'https' : 'http'}://${host}`;
  distribution = createDistribution({
    db,
    blobs,
    clock: systemClock,
    publicUrl: url,
    log: { error: (facts, message) => console.error(message, facts) },
    ...fakePeople(options),
    pullDecision: () => ({ kind: 'served' }),
    blobDecision: () => ({ kind: 'served' }),
    memory: {
      findManifest: (repository, reference) => findManifest(db, repository, reference),
      findBlob: (repository, digest) => findBlob(db, repository, digest),
    },
    settled: async () => undefined,
    pushDecision: () => ({ kind: 'allowed' }),
    onManifestStored: async (_trx, manifest) => {
      stored.push(manifest);
    },
    audit: async (_trx, deletion) => {
      deletions.push(deletion);
    },
    ...options.deps,
  });
  stack.use(distribution);
  stack.use(server);
  const opened = stack.move();
  return {
    host,
    url,
    db,
    blobs,
    stored,
    deletions,
    flush: async () => distribution[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function principalOf(name: string): Principal {
  return { id: name, kind: 'user', name, grants: [] };
}

type People = Pick<DistributionDeps, 'access' | 'maySee' | 'mayPull' | 'mayPush' | 'mayDelete'>;

function fakePeople({ users = [everything], anonymous }: TestRegistryOptions): People {
  const may = (action: Action) => (principal: Principal, repository: string) =>
    (principal.id === 'anonymous' ? anonymous : users.find((user) => user.name === principal.id)?.may)?.(
      action,
      repository,
    ) ?? false;
  return {
    access: fakeAccess(users, anonymous !== undefined),
    maySee: may('see'),
    mayPull: may('pull'),
    mayPush: may('push'),
    mayDelete: may('delete'),
  };
}

function fakeAccess(users: readonly TestUser[], isOpen: boolean): RegistryAccess {
  const tokens = new Map<string, { principal: Principal; scopes: readonly RegistryScope[]; audience: string }>();
  return {
    async authenticate(credentials) {
      if (credentials.kind === 'bearer') return undefined;
      const { username, password } = credentials;
      const user = users.find((one) => one.name === username && one.password === password);
      return user && principalOf(user.name);
    },
    anonymous: () => (isOpen ? principalOf('anonymous') : undefined),
    issueToken(principal, scopes, audience) {
      const token = randomUUID();
      tokens.set(token, { principal, scopes, audience });
      return { token, expiresInSeconds: 300 };
    },
    verifyToken(token, audience) {
      const known = tokens.get(token);
      return known?.audience === audience ? known : undefined;
    },
  };
}
