import { createPasswords, firstAdministrator } from '#features/access/index.ts';
import { connectKey, openSigningKey, type SigningKey, serveKey } from '#features/signing/index.ts';
import { sleep } from '#kernel/async.ts';
import type { Clock } from '#kernel/clock.ts';
import type { BlobRedirects, BlobStore } from '#platform/blobs/blob-store.ts';
import { openBlobs } from '#platform/blobs/open-blobs.ts';
import type { Config } from '#platform/config/config.ts';
import { openMasterKey } from '#platform/config/master-key.ts';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrations.ts';
import type { ProcessContext, Role } from '#platform/processes/messages.ts';
import type { SupervisorLink } from '#platform/processes/supervisor-link.ts';
import { type OpenQueue, openQueue } from '#platform/queue/pg-boss-queue.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { Metrics } from '#platform/telemetry/metrics.ts';
import { checkMasterKey } from './main/check-master-key.ts';
import { migrations } from './main/migrations.ts';

export interface AssayOptions extends Omit<ProcessContext, 'role'> {
  /** What this process does. Tests give all of them to one process. */
  readonly roles: ReadonlySet<Role>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly supervisor: SupervisorLink;
}

/** What every role of a process stands on. */
export interface Parts {
  readonly config: Config;
  readonly options: AssayOptions;
  readonly db: Database;
  readonly blobs: BlobStore;
  /** Absent where clients fetch layers from us. */
  readonly redirects: BlobRedirects | undefined;
  readonly queue: OpenQueue;
  readonly clock: Clock;
}

export interface Assay extends AsyncDisposable {
  readonly db: Database;
  readonly queue: OpenQueue;
}

/** Loads what a role needs, ahead of its start. */
export async function loadRole(role: Role): Promise<void> {
  if (role === 'web') await import('./main/web.ts');
  if (role === 'work') await import('./main/work.ts');
}

/** Brings a database up to date and makes the first administrator; safe when several processes do it at once. */
async function prepareDatabase(config: Config, { databaseUrl, clock }: AssayOptions): Promise<void> {
  const db = openDatabase({ url: databaseUrl, applicationName: 'assay prepare', poolSize: 1, statementTimeoutMs: 0 });
  try {
    await migrate(db, migrations);
    await checkMasterKey(db, openMasterKey(config));
    await firstAdministrator({
      db,
      clock,
      passwords: createPasswords(),
      dataFolder: config.data,
      password: config.adminPassword,
    });
  } finally {
    await db.destroy();
  }
}

function openKey(config: Config, { db, clock }: Pick<Parts, 'db' | 'clock'>): Promise<SigningKey> {
  const [keyFile, chainFile] = [config.signingKey ?? null, config.signingChain ?? null];
  return openSigningKey({ clock, db, masterKey: openMasterKey(config), keyFile, chainFile });
}

const KEY_PATIENCE_MS = 30_000;

/** The sign process may still be starting. */
async function connectWhenThere(socket: string): Promise<SigningKey & AsyncDisposable> {
  const end = Date.now() + KEY_PATIENCE_MS;
  for (;;) {
    try {
      return await connectKey(socket);
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(100);
    }
  }
}

/** Builds the layers bottom-up for the roles of this process. Disposing of it ends requests and jobs, then the rest. */
export async function createAssay(config: Config, options: AssayOptions): Promise<Assay> {
  const { roles, clock, log } = options;
  await prepareDatabase(config, options);
  const owned = new AsyncDisposableStack();
  try {
    const db = openDatabase({
      url: options.databaseUrl,
      applicationName: `assay ${[...roles].join(' ')}`,
      statementTimeoutMs: config.statementSeconds * 1000,
      connectionWaitMs: config.databaseWaitSeconds * 1000,
      onIdleError: (error) => log.warn({ err: error }, 'a database connection was lost'),
    });
    owned.defer(() => db.destroy());
    const ownKey = roles.has('sign') ? await openKey(config, { db, clock }) : undefined;
    if (ownKey && roles.size === 1) owned.use(await serveKey(ownKey, options.signSocket));
    const queue = owned.use(
      await openQueue({
        url: options.databaseUrl,
        applicationName: 'assay',
        supervises: roles.has('work'),
        onError: (error) => log.warn({ err: error }, 'the queue could not reach the database'),
      }),
    );
    const { blobs, redirects } = owned.use(await openBlobs(config, db));
    const parts: Parts = { config, options, db, blobs, redirects, queue, clock };
    if (roles.has('work')) {
      const key = ownKey ?? owned.use(await connectWhenThere(options.signSocket));
      const { startWork } = await import('./main/work.ts');
      owned.use(await startWork(parts, key));
      if (!config.roles.includes('web')) {
        const { startHealth } = await import('./main/health.ts');
        owned.use(await startHealth(parts));
      }
    }
    if (roles.has('web')) {
      const { startWeb } = await import('./main/web.ts');
      owned.use(await startWeb(parts));
    }
    return { db, queue, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } catch (error) {
    await owned.disposeAsync();
    throw error;
  }
}
