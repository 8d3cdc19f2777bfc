import { join } from 'node:path';
import pg from 'pg';
import { sleep } from '#kernel/async.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Config } from '#platform/config/config.ts';
import { type EmbeddedPostgres, startEmbedded } from '#platform/database/embedded.ts';
import type { Logger } from '#platform/telemetry/logger.ts';

/** Disposing of it stops the embedded server. */
export interface SupervisedDatabase extends AsyncDisposable {
  readonly url: string;
}

/**
 * The configured database once it answers, or the embedded one, which is started again when it ends by itself.
 * `onMoved` is told when it came back under another address, `onGone` when it does not come back.
 */
export async function superviseDatabase(
  { config, log }: { config: Config; log: Logger },
  listener: { onMoved(url: string): void; onGone(error: unknown): void },
): Promise<SupervisedDatabase> {
  if (config.databaseUrl !== undefined) {
    await waitForDatabase(config.databaseUrl, log);
    return { url: config.databaseUrl, [Symbol.asyncDispose]: async () => undefined };
  }
  const start = () =>
    startEmbedded({
      folder: join(config.data, 'postgres'),
      onLeftover: () => log.warn('a database server left over from a crash was stopped'),
    });
  let current = await start();
  let isStopping = false;
  const { url } = current;
  void keep();
  return {
    url,
    async [Symbol.asyncDispose]() {
      isStopping = true;
      await current.stop();
    },
  };

  async function keep(): Promise<void> {
    for (;;) {
      await current.ended;
      if (isStopping) return;
      log.error('the database server ended by itself and is started again');
      const next = await startAgain(start, log);
      if (next instanceof Error) return listener.onGone(next);
      current = next;
      if (isStopping) return current.stop();
      if (current.url !== url) listener.onMoved(current.url);
    }
  }
}

const ATTEMPTS = 5;

async function startAgain(start: () => Promise<EmbeddedPostgres>, log: Logger): Promise<EmbeddedPostgres | Error> {
  let last = new Error('never tried');
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      last = error instanceof Error ? error : new Error(String(error));
      log.error({ err: error }, 'the database server cannot be started');
      await sleep(500 * 2 ** attempt);
    }
  }
  return last;
}

const PATIENCE_MS = 10_000;

async function waitForDatabase(url: string, log: Logger): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 500) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined); // told by connect
    try {
      await client.connect();
      return;
    } catch (error) {
      if (waitedMs >= PATIENCE_MS || !mayComeUp(error)) throw unreachable(url, error);
      if (waitedMs === 0) log.warn({ err: error }, 'the database does not answer yet; waiting for it');
      await sleep(500);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

/** A refused password or an unknown name does not mend itself; a server that starts does. */
function mayComeUp(error: unknown): boolean {
  return !/^(28|3D|42)/.test((error as { code?: string }).code ?? '');
}

function unreachable(url: string, cause: unknown): AppError {
  const { host, pathname } = new URL(url);
  const reason = messageOf(cause) || (cause as { code?: string }).code || 'no answer';
  return new AppError(
    'unavailable',
    `cannot reach the database ${pathname.slice(1)} on ${host}: ${reason}; start it, or correct ASSAY_DATABASE_URL`,
    { cause },
  );
}
