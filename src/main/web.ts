import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import fastify from 'fastify';
import {
  anonymous,
  audit,
  createAuthenticator,
  createPasswords,
  issueRegistryToken,
  type KnownPrincipal,
  openPrincipals,
  registryTokenKey,
  verifyRegistryToken,
} from '#features/access/index.ts';
import { openRegistryMemory, openRules } from '#features/registry/index.ts';
import { messageOf } from '#kernel/errors.ts';
import { isAllowed, type Principal } from '#model/access.ts';
import { kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import { openMasterKey } from '#platform/config/master-key.ts';
import { type Notifications, openNotifications } from '#platform/database/notifications.ts';
import type { ConnectionBounds } from '#platform/network/connection-bounds.ts';
import { createArrivals } from '#platform/network/forwarded.ts';
import { startWebServer } from '#platform/network/web-server.ts';

import { createDistribution, type DistributionDeps } from '#surfaces/distribution/index.ts';
import { createWeb } from '#surfaces/web/index.ts';
import { openBlobDecisions } from '#workflows/decide-blob.ts';
import { decidePush } from '#workflows/decide-push.ts';
import { receivePush } from '#workflows/receive-push.ts';
import { openPullDecisions } from '#workflows/remember-pull-decisions.ts';
import type { Parts } from '../assay.ts';
import { registerApi } from './api.ts';

const LOOPBACK = /^(?:127\.|::1$|localhost$|::ffff:127\.)/;
const REGISTRY = /^\/(?:v2(?:\/|$|\?)|auth\/token)/;

/** Anonymous reading of the catalog ends where others than this machine could reach it. */
export function allowsAnonymous(host: string): boolean {
  return LOOPBACK.test(host);
}

function mayPull(principal: Principal, repository: string): boolean {
  const namespace = namespaceOf(repository);
  const isStaged = kindOfNamespace(namespace) === 'intake';
  return isAllowed(principal, isStaged ? 'image.pull-staged' : 'image.pull', namespace);
}

/** Into a catalog namespace only metadata is pushed, by curators; `decidePush` refuses images there for everybody. */
function mayPush(principal: Principal, repository: string): boolean {
  const namespace = namespaceOf(repository);
  const isCatalog = kindOfNamespace(namespace) === 'catalog';
  return isAllowed(principal, isCatalog ? 'entry.write' : 'image.push', namespace);
}

/** What is golden is retired, never deleted: clients that pulled it would lose the sentence that says why. */
function mayDelete(principal: Principal, repository: string): boolean {
  const namespace = namespaceOf(repository);
  return kindOfNamespace(namespace) === 'intake' && isAllowed(principal, 'image.delete', namespace);
}

type ArrivalOf = ReturnType<typeof createArrivals>;

function connectionBounds(config: Parts['config']): ConnectionBounds {
  return {
    maxHeaderBytes: config.maxHeaderBytes,
    headerMs: config.headerSeconds * 1000,
    keepAliveMs: config.keepAliveSeconds * 1000,
    idleMs: config.idleSeconds * 1000,
    bytesPerSecond: config.minBytesPerSecond,
    maxConnections: config.maxConnections,
  };
}

type Identity = Awaited<ReturnType<typeof openIdentity>>;

async function openIdentity(parts: Parts, notifications: Awaited<ReturnType<typeof openNotifications>>) {
  const { db, clock, config } = parts;
  const passwords = createPasswords();
  const principals = await openPrincipals({ db, notifications });
  const authenticator = createAuthenticator({ db, clock, passwords, principals });
  const key = registryTokenKey(openMasterKey(config));
  const isOpen = allowsAnonymous(config.host);
  return {
    passwords,
    authenticator,
    isOpen,
    registry: {
      authenticate: (credentials, from) => authenticator.authenticate(credentials, from),
      anonymous: () => (isOpen ? anonymous : undefined),
      issueToken: (principal, scopes, audience) =>
        issueRegistryToken(
          { key, clock },
          { principal: principal as KnownPrincipal, scopes: [...scopes] as never, audience },
        ),
      verifyToken: (token, audience) => verifyRegistryToken({ key, clock, principals }, token, audience),
    } satisfies DistributionDeps['access'],
  };
}

/** What a web process remembers of the database, told of every change by its notifications. */
async function openMemories({ db, clock, config }: Parts, notifications: Notifications) {
  const entries = config.pullMemoryEntries;
  const shared = { db, notifications, entries };
  const [memory, decidePull, decideBlob, rules] = await Promise.all([
    openRegistryMemory({ ...shared, bytes: config.pullMemoryBytes }),
    openPullDecisions({ ...shared, clock }),
    openBlobDecisions({ db, notifications }),
    openRules({ db, notifications }),
  ]);
  return { memory, decidePull, decideBlob, rules };
}

type Memories = Awaited<ReturnType<typeof openMemories>>;

function distributionDeps(
  parts: Parts,
  identity: Identity,
  arrivalOf: ArrivalOf,
  memories: Memories,
): DistributionDeps {
  const { db, blobs, redirects, clock, queue, config, options } = parts;
  const { memory, decidePull, decideBlob, rules } = memories;
  return {
    db,
    memory,
    settled: () => options.supervisor.settle(),
    blobs,
    redirects,
    clock,
    publicUrl: config.publicUrl,
    addressOf: (request) => arrivalOf(request).address,
    ...(config.isPublicUrlGuessed && { publicUrlOf: (request) => arrivalOf(request).forwardedOrigin }),
    log: options.log,
    access: identity.registry,
    maySee: (principal, repository) => isAllowed(principal, 'image.read', namespaceOf(repository)),
    mayPull,
    mayPush,
    mayDelete,
    pullDecision: decidePull,
    blobDecision: decideBlob,
    pushDecision: async (pushed, trx) => {
      const book = await rules.read();
      return decidePush({ db: trx, rulesFor: book.rulesFor }, pushed);
    },
    rules,
    // In tests one process is everything.
    processes: options.roles.size > 1 ? 1 : config.webProcesses,
    onManifestStored: async (trx, { repository, tags, digest, kind, artifactType, principal, from, created }) => {
      await receivePush({ queue, clock }, trx, { repository, tags, digest, kind, actor: principal.name });
      const data = { digest, tags, kind, artifactType, created };
      await audit(trx, { actor: principal, action: 'manifest.push', subject: repository, from, at: clock.now(), data });
    },
    audit: async (trx, { action, repository, reference, digest, principal, from }) => {
      await audit(trx, {
        actor: principal,
        action,
        subject: `${repository} ${reference}`,
        from,
        at: clock.now(),
        data: { digest },
      });
    },
    limits: {
      manifestBytes: config.maxManifestBytes,
      blobBytes: config.maxBlobBytes,
      idleTimeoutMs: config.idleSeconds * 1000,
      uploadBytesPerSecond: config.minBytesPerSecond,
    },
  };
}

/** Starts what answers requests: the registry, the API and the portal, on one address. */
export async function startWeb(parts: Parts): Promise<AsyncDisposable> {
  const { config, options } = parts;
  const owned = new AsyncDisposableStack();
  try {
    const notifications = owned.use(
      await openNotifications({
        url: options.databaseUrl,
        applicationName: 'assay web',
        trustMs: config.memoryTrustMs,
      }),
    );
    const identity = await openIdentity(parts, notifications);
    const arrivalOf = createArrivals(config.trustedProxies);
    const memories = await openMemories(parts, notifications);
    owned.use(memories.rules);
    options.supervisor.onCatchUp(() => notifications.catchUp());
    const distribution = owned.use(createDistribution(distributionDeps(parts, identity, arrivalOf, memories)));
    const requestIds = new WeakMap<IncomingMessage, string>();
    const app = fastify({
      routerOptions: { maxParamLength: 400 },
      genReqId: (request: IncomingMessage) => requestIds.get(request) ?? crypto.randomUUID(),
      bodyLimit: 1024 * 1024,
    });
    owned.defer(() => app.close());
    await app.register(cookie);
    const closing = new AbortController();
    owned.defer(() => closing.abort());
    await registerApi(app, parts, { ...identity, notifications, arrivalOf }, closing.signal);
    await app.register(createWeb({ distDir: join(import.meta.dirname, '../../portal/dist') }));
    await app.ready();
    const handle = (request: IncomingMessage, response: ServerResponse) => {
      if (REGISTRY.test(request.url ?? '')) {
        const started = performance.now();
        response.once('close', () => {
          const seconds = (performance.now() - started) / 1000;
          options.metrics.observeRequest({
            surface: 'registry',
            method: request.method ?? '',
            route: '/v2',
            status: response.statusCode,
            seconds,
          });
        });
        void distribution.handle(request, response);
      } else {
        const requestId = crypto.randomUUID();
        requestIds.set(request, requestId);
        // Also on answers that are given before any of our code runs.
        response.setHeader('x-request-id', requestId);
        app.routing(request, response);
      }
    };
    const { host, port } = config;
    const { tls, supervisor } = options;
    const server = owned.use(await startWebServer({ host, port, tls, handle, bounds: connectionBounds(config) }));
    supervisor.onTlsRenewed((pair) => server.renewTls(pair));
    return owned;
  } catch (error) {
    options.log.error({ err: error }, `the web process could not start: ${messageOf(error)}`);
    await owned.disposeAsync();
    throw error;
  }
}
