import fastify from 'fastify';
import { registerHealth } from '#surfaces/rest/index.ts';
import type { Parts } from '../assay.ts';

/** On a machine that only runs jobs: nothing but what its keeper asks, `/livez`, `/readyz` and `/metrics`. */
export async function startHealth({ config, options, db, blobs }: Parts): Promise<AsyncDisposable> {
  const app = fastify();
  registerHealth(app, { db, blobs, metrics: () => options.supervisor.renderAllMetrics() });
  await app.listen({ host: config.host, port: config.port });
  return { [Symbol.asyncDispose]: () => app.close() };
}
