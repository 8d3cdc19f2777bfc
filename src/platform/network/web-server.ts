import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { TlsPair } from './tls-pair.ts';

export interface WebServerOptions {
  readonly host: string;
  readonly port: number;
  /** With it HTTP/2 and HTTP/1.1 over TLS, as the client chooses (ALPN); without it plain HTTP/1.1. */
  readonly tls?: TlsPair | undefined;
  /** How long requests that run may go on when the server ends. */
  readonly drainMs?: number;
  /** Requests of HTTP/2 come in the form of `node:http`; their `socket` carries other requests too. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** Disposing lets requests that run end, for a time, and closes what is idle. */
export interface WebServer extends AsyncDisposable {
  readonly port: number;
  /** New connections get this certificate; those that are open go on. */
  renewTls(pair: TlsPair): void;
}

const DRAIN_MS = 9_000;
const IDLE_MS = 65_000;
const HANDSHAKE_MS = 30_000;
const STREAMS_PER_CONNECTION = 128;

export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const server = options.tls ? createTlsServer(options, options.tls) : createServer(options.handle);
  // `node:http2` has these for its HTTP/1.1 connections, undeclared.
  const { requestTimeout, headersTimeout } = { requestTimeout: 0, headersTimeout: HANDSHAKE_MS };
  // Uploads may take long; the registry bounds them by their pace.
  Object.assign(server, { requestTimeout, headersTimeout, keepAliveTimeout: IDLE_MS });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen({ host: options.host, port: options.port });
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : options.port,
    renewTls: (pair) => {
      if ('setSecureContext' in server) server.setSecureContext(contextOf(pair));
    },
    async [Symbol.asyncDispose]() {
      // Ends idle connections of HTTP/1.1, and tells those of HTTP/2 that nothing new is taken.
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, options.drainMs ?? DRAIN_MS).unref())]);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function contextOf({ cert, key }: TlsPair) {
  return { cert, key, minVersion: 'TLSv1.2' } as const;
}

function createTlsServer({ handle }: WebServerOptions, pair: TlsPair): Http2SecureServer {
  const server = createSecureServer({
    ...contextOf(pair),
    allowHTTP1: true,
    handshakeTimeout: HANDSHAKE_MS,
    settings: { maxConcurrentStreams: STREAMS_PER_CONNECTION },
  });
  server.on('session', closeWhenIdle);
  // The compatible form of `node:http2` has every member of `node:http` that is used here.
  server.on('request', (request, response) =>
    handle(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  return server;
}

/** A connection on which nothing is asked goes; a request that says nothing for long has its own bound. */
function closeWhenIdle(session: ServerHttp2Session): void {
  let open = 0;
  session.on('stream', (stream) => {
    open += 1;
    stream.once('close', () => {
      open -= 1;
    });
  });
  session.setTimeout(IDLE_MS, () => {
    if (open === 0) session.close();
  });
}
