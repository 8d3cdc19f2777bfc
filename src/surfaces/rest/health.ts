import type { FastifyInstance } from 'fastify';
import { messageOf } from '#kernel/errors.ts';
import type { BlobStore } from '#platform/blobs/blob-store.ts';
import { checkDatabase, type Database } from '#platform/database/database.ts';
import { checkQueue } from '#platform/queue/check-queue.ts';

export interface HealthDeps {
  readonly db: Database;
  readonly blobs: Pick<BlobStore, 'stat'>;
  /** The text that Prometheus reads. */
  metrics(): Promise<string>;
}

interface PartHealth {
  readonly ok: boolean;
  /** Why not, in words. */
  readonly reason?: string;
}

const TIMEOUT_MS = 3_000;
/** Nobody has this blob; asking for it shows whether the store answers. */
const PROBE = `sha256:${'0'.repeat(64)}` as const;

async function healthOf(check: Promise<unknown>): Promise<PartHealth> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it does not answer within ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
  });
  try {
    await Promise.race([check, late]);
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** `/livez`: the process answers. `/readyz`: what it stands on does too. `/metrics`: its counts. */
export function registerHealth(app: FastifyInstance, { db, blobs, metrics }: HealthDeps): void {
  app.get('/livez', async () => ({ ok: true }));
  app.get('/readyz', async (_, reply) => {
    const [database, blobStore, queue] = await Promise.all([
      healthOf(checkDatabase(db)),
      healthOf(blobs.stat(PROBE)),
      healthOf(checkQueue(db)),
    ]);
    const ok = database.ok && blobStore.ok && queue.ok;
    return reply
      .code(ok ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ok, parts: { database, blobs: blobStore, queue } });
  });
  app.get('/metrics', async (_, reply) =>
    reply
      .type('text/plain; version=0.0.4; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(await metrics()),
  );
}
