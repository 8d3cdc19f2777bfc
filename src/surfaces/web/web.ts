import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { securityHeaders } from './security-headers.ts';

export interface WebOptions {
  /** Where the portal's build lies: `index.html`, `scheme.js`, `favicon.svg`, `assets/`. */
  readonly distDir: string;
}

/** The build writes this word where the nonce of the Content Security Policy belongs; see portal/vite.config.ts. */
const NONCE_PLACEHOLDER = /ASSAY_CSP_NONCE/g;
/** First segments of the portal's own addresses; each is the portal's page, whatever follows. */
const PLACES = ['', 'entries', 'images', 'intake', 'advisories', 'admin', 'sign-in', 'account'];
/** First segments that belong to other surfaces: what they do not know is not the portal's to answer. */
const FOREIGN = ['api', 'v2', 'auth', 'livez', 'readyz', 'metrics', 'assets'];
/** Files without a digest in their name. */
const LOOSE_FILES = ['scheme.js', 'favicon.svg'];

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Assay</title>
<h1>The portal is not built</h1>
<p>Run <code>npm run build</code> in the project's folder and load this page again.
The registry, the API under <code>/api/v1</code> and the command line work without it.</p>
</html>
`;

/** Serves the built portal: its files for a year, its page fresh each time. */
export function createWeb({ distDir }: WebOptions): (app: FastifyInstance) => Promise<void> {
  return async (app) => {
    await app.register(fastifyStatic, {
      root: join(distDir, 'assets'),
      prefix: '/assets/',
      preCompressed: true,
      immutable: true,
      maxAge: '365d',
      index: false,
      setHeaders: (reply) => setAll(reply, securityHeaders(undefined)),
    });
    for (const file of LOOSE_FILES) {
      app.get(`/${file}`, (_, reply) => reply.sendFile(file, distDir, { maxAge: '1h', immutable: false }));
    }
    app.get('/', (request, reply) => sendPage(distDir, request, reply));
    app.get('/*', (request, reply) => sendPage(distDir, request, reply));
  };
}

function setAll(
  reply: { header(name: string, value: string): unknown },
  headers: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
}

async function sendPage(distDir: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const [first = ''] = request.url.slice(1).split(/[/?]/, 1);
  if (FOREIGN.includes(first)) return reply.callNotFound() as unknown as FastifyReply;
  const nonce = randomBytes(16).toString('base64url');
  setAll(reply, securityHeaders(nonce));
  reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8');
  const page = await readPage(distDir);
  if (page === undefined) return reply.code(503).send(NOT_BUILT);
  return reply.code(PLACES.includes(first) ? 200 : 404).send(page.replace(NONCE_PLACEHOLDER, nonce));
}

/** Read each time: it is small, and a new build is there at once. */
async function readPage(distDir: string): Promise<string | undefined> {
  try {
    return await readFile(join(distDir, 'index.html'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
