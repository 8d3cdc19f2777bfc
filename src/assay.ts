import { once } from 'node:events';
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import type { Clock } from '#kernel/clock.ts';
import type { Config } from '#platform/config/config.ts';
import { type Database, openDatabase } from '#platform/database/database.ts';
import { type Migration, migrate } from '#platform/database/migrations.ts';
import type { ProcessContext, Role } from '#platform/processes/messages.ts';
import type { SupervisorLink } from '#platform/processes/run-process.ts';
import { queueMigrations } from '#platform/queue/migrations/index.ts';
import { type OpenQueue, openQueue } from '#platform/queue/pg-boss-queue.ts';
import type { JobDefinition } from '#platform/queue/queue.ts';
import { concurrencyFor, startWorkers } from '#platform/queue/workers.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import type { Metrics } from '#platform/telemetry/metrics.ts';

/** Every feature's migrations, applied in the order of their names. */
export const migrations: readonly Migration[] = [...queueMigrations];

/** Every workflow, as a job. */
const definitions: readonly JobDefinition[] = [];

export interface AssayOptions extends Omit<ProcessContext, 'role'> {
  /** What this process does. Tests give all of them to one process. */
  readonly roles: ReadonlySet<Role>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly supervisor: SupervisorLink;
}

export interface Assay extends AsyncDisposable {
  readonly db: Database;
  readonly queue: OpenQueue;
}

/** Jobs have nine of the ten seconds that the supervisor gives. */
const JOB_PATIENCE_MS = 9_000;

/** Brings a database up to date; safe when several processes do it at once. */
async function prepareDatabase(databaseUrl: string): Promise<void> {
  const db = openDatabase({ url: databaseUrl, applicationName: 'assay prepare', poolSize: 1, statementTimeoutMs: 0 });
  try {
    await migrate(db, migrations);
  } finally {
    await db.destroy();
  }
}

/** Builds the layers bottom-up for the roles of this process. Disposing of it ends requests and jobs, then the rest. */
export async function createAssay(config: Config, options: AssayOptions): Promise<Assay> {
  await prepareDatabase(options.databaseUrl);
  const parts = new AsyncDisposableStack();
  try {
    const db = openDatabase({
      url: options.databaseUrl,
      applicationName: `assay ${[...options.roles].join(' ')}`,
      onIdleError: (error) => options.log.warn({ err: error }, 'a database connection was lost'),
    });
    parts.defer(() => db.destroy());
    const queue = parts.use(
      await openQueue({
        url: options.databaseUrl,
        applicationName: 'assay',
        supervises: options.roles.has('work'),
        onError: (error) => options.log.warn({ err: error }, 'the queue could not reach the database'),
      }),
    );
    if (options.roles.has('work')) {
      const workers = await startWorkers({
        ...options,
        db,
        queue,
        definitions,
        concurrency: concurrencyFor(availableParallelism()),
      });
      parts.defer(() => workers.stop(JOB_PATIENCE_MS));
    }
    if (options.roles.has('web')) {
      const server = createServer((_request, response) => response.end('assay\n'));
      server.listen({ host: config.host, port: config.port });
      await once(server, 'listening');
      parts.defer(async () => {
        server.closeIdleConnections();
        await new Promise((resolve) => server.close(resolve));
      });
    }
    return { db, queue, [Symbol.asyncDispose]: () => parts.disposeAsync() };
  } catch (error) {
    await parts.disposeAsync();
    throw error;
  }
}
