import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { boundConnections, type ConnectionBounds, defaultBounds } from './connection-bounds.ts';
import type { TlsPair } from './tls-pair.ts';

export interface WebServerOptions {
  readonly host: string;
  readonly port: number;
  /** With it HTTP/2 and HTTP/1.1 over TLS, as the client chooses (ALPN); without it plain HTTP/1.1. */
  readonly tls?: TlsPair | undefined;
  /** How long requests that run may go on when the server ends. */
  readonly drainMs?: number;
  readonly bounds?: ConnectionBounds;
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
const STREAMS_PER_CONNECTION = 128;

export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const bounds = options.bounds ?? defaultBounds;
  const server = options.tls
    ? createTlsServer(options, options.tls, bounds)
    : createServer({ maxHeaderSize: bounds.maxHeaderBytes, requireHostHeader: false }, options.handle);
  boundConnections(server as Server, bounds);
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

function createTlsServer({ handle }: WebServerOptions, pair: TlsPair, bounds: ConnectionBounds): Http2SecureServer {
  const { maxHeaderBytes, headerMs, keepAliveMs } = bounds;
  const http1 = { maxHeaderSize: maxHeaderBytes, requireHostHeader: false };
  const server = createSecureServer({
    ...contextOf(pair),
    ...http1,
    allowHTTP1: true,
    handshakeTimeout: headerMs,
    settings: { maxConcurrentStreams: STREAMS_PER_CONNECTION, maxHeaderListSize: maxHeaderBytes },
  });
  server.on('session', (session) => closeWhenIdle(session, keepAliveMs));
  // The compatible form of `node:http2` has every member of `node:http` that is used here.
  server.on('request', (request, response) =>
    handle(request as unknown as IncomingMessage, response as unknown as ServerResponse),
  );
  return server;
}

/** A connection on which nothing is asked goes; a request that says nothing for long has its own bound. */
function closeWhenIdle(session: ServerHttp2Session, idleMs: number): void {
  let open = 0;
  session.on('stream', (stream) => {
    open += 1;
    stream.once('close', () => {
      open -= 1;
    });
  });
  session.setTimeout(idleMs, () => {
    if (open === 0) session.close();
  });
}
