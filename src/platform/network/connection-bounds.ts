import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { constants, type Http2ServerRequest } from 'node:http2';
import type { Duplex } from 'node:stream';

/** What a connection may cost before it is ended. */
export interface ConnectionBounds {
  /** From the first byte of a request to the end of its header; also how long a new connection may say nothing. */
  readonly headerMs: number;
  /** How long a connection is kept between two requests. */
  readonly keepAliveMs: number;
  /** A body or an answer that moves nothing for so long is given up. */
  readonly idleMs: number;
  /** A body that is slower than this over an idle time is given up. */
  readonly bytesPerSecond: number;
  readonly maxHeaderBytes: number;
  /** Of one process; further connections are closed at once. */
  readonly maxConnections: number;
}

export const defaultBounds: ConnectionBounds = {
  maxHeaderBytes: 32 * 1024,
  headerMs: 30_000,
  keepAliveMs: 65_000,
  idleMs: 60_000,
  bytesPerSecond: 1024,
  maxConnections: 20_000,
};

/** The most that is handed to the system at once: its progress inside is not seen. */
const CHUNK_BYTES = 1024 * 1024;

interface Watched {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Since when so many bytes had come and gone. */
  mark: { readonly at: number; readonly read: number; readonly written: number };
}

/**
 * Gives every connection of the server its bounds and answers what is no HTTP. The pace is that of the connection: one
 * stream of HTTP/2 beside others is bounded by whoever handles it. Call it before the server listens; the
 * server's `close` event ends the watch.
 */
export function boundConnections(server: Server, bounds: ConnectionBounds): void {
  const { headerMs: headersTimeout, keepAliveMs: keepAliveTimeout, maxConnections } = bounds;
  // Bodies may take long; they are bounded by their pace.
  Object.assign(server, { headersTimeout, keepAliveTimeout, maxConnections, requestTimeout: 0 });
  const watched = new Set<Watched>();
  server.on('clientError', (error, socket) => {
    const pending = [...watched].filter(({ request }) => request.socket === socket);
    // Bytes that broke off a body are answered; behind a whole request an answer would be taken for that one's.
    const isAnswerable = pending.every(({ request, response }) => !request.complete && !response.headersSent);
    if (isAnswerable) answerMalformed(error, socket);
    else socket.destroy();
  });
  server.on('checkExpectation', (_, response: ServerResponse) => {
    const { headers, body } = errorAnswer('UNSUPPORTED', 'cannot meet the expectation: only 100-continue is known');
    response.writeHead(417, headers).end(body);
  });
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { bytesRead: read, bytesWritten: written } = request.socket;
    const entry = { request, response, mark: { at: performance.now(), read, written } };
    watched.add(entry);
    response.once('close', () => watched.delete(entry));
  });
  const timer = setInterval(() => sweep(watched, bounds), Math.max(50, bounds.idleMs / 4)).unref();
  server.once('close', () => clearInterval(timer));
}

function sweep(watched: ReadonlySet<Watched>, bounds: ConnectionBounds): void {
  const now = performance.now();
  for (const entry of watched) {
    const { request, response } = entry;
    if (isClientSlow(entry, bounds, now)) giveUp(request);
    else if (!waitsForClient(request, response)) entry.mark = markOf(entry, now);
  }
}

/** Where many requests share a connection (HTTP/2) the others go on. */
function giveUp(request: IncomingMessage): void {
  const { stream } = request as { stream?: Http2ServerRequest['stream'] };
  if (stream) stream.close(constants.NGHTTP2_CANCEL);
  else request.socket.destroy();
}

function markOf({ request, response }: Pick<Watched, 'request' | 'response'>, at: number): Watched['mark'] {
  const { socket } = request;
  return { at, read: socket.bytesRead, written: socket.bytesWritten - response.writableLength };
}

/** Whether the next step is the client's: to send more of the body, or to read more of the answer. */
function waitsForClient(request: IncomingMessage, response: ServerResponse): boolean {
  return (!request.complete && request.readableLength === 0) || response.writableLength > 0;
}

/** Starts a new window where the client kept the pace in the last one. */
function isClientSlow(entry: Watched, { idleMs, bytesPerSecond }: ConnectionBounds, now: number): boolean {
  const { request, response, mark } = entry;
  const isSending = response.writableLength > 0;
  if (!waitsForClient(request, response)) return false;
  const windowMs = idleMs + (isSending ? (CHUNK_BYTES / bytesPerSecond) * 1000 : 0);
  const elapsedMs = now - mark.at;
  if (elapsedMs < windowMs) return false;
  const next = markOf(entry, now);
  const moved = isSending ? next.written - mark.written : next.read - mark.read;
  entry.mark = next;
  return moved * 1000 < bytesPerSecond * elapsedMs;
}

interface Refusal {
  readonly status: string;
  readonly code: string;
  readonly message: string;
}

const refusals: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'SIZE_INVALID',
    message: 'cannot read request: its header is too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'UNSUPPORTED',
    message: 'cannot wait for request: its header did not arrive in time',
  },
};
const malformed: Refusal = {
  status: '400 Bad Request',
  code: 'UNSUPPORTED',
  message: 'cannot read request: it is not HTTP/1.1',
};

/** The last answer on a connection whose bytes are no request: what follows them is not read. */
function answerMalformed(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, code, message } = refusals[error.code ?? ''] ?? malformed;
  const { headers, body } = errorAnswer(code, message);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${[status, ...lines].join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** In the form of the registry's errors, which every client of it can read. */
function errorAnswer(
  code: string,
  message: string,
): { readonly headers: Record<string, string>; readonly body: string } {
  const requestId = randomUUID();
  const body = JSON.stringify({ errors: [{ code, message }], requestId });
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'x-request-id': requestId,
    connection: 'close',
  };
  return { headers, body };
}
