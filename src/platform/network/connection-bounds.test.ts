import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setInterval as every } from 'node:timers/promises';
import { boundConnections, type ConnectionBounds, defaultBounds } from './connection-bounds.ts';

const bounds: ConnectionBounds = { ...defaultBounds, idleMs: 300, bytesPerSecond: 1024 * 1024 };

interface Visit extends AsyncDisposable {
  readonly socket: Socket;
  /** Everything that comes until the server ends the connection. */
  hear(): Promise<string>;
}

async function visit(listener: RequestListener, options: Partial<ConnectionBounds> = {}): Promise<Visit> {
  const server = createServer({ maxHeaderSize: 4096, connectionsCheckingInterval: 50 }, listener);
  boundConnections(server, { ...bounds, ...options });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const hear = async () => {
    let text = '';
    try {
      for await (const chunk of socket) text += chunk;
    } catch {
      // reset by the server
    }
    return text;
  };
  await once(socket, 'connect');
  return {
    socket,
    hear,
    async [Symbol.asyncDispose]() {
      socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const readAll: RequestListener = (request, response) => {
  request.on('error', () => undefined);
  request.resume().on('end', () => response.end('done'));
};

/** The last error answer on the connection: status and body. */
function errorIn(text: string): { status: number; requestId: string; code: string } {
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const { errors, requestId } = JSON.parse(body) as { errors: { code: string }[]; requestId: string };
  assert.match(head, new RegExp(`x-request-id: ${requestId}`));
  return { status: Number(head.split(' ')[1]), requestId, code: errors[0]?.code ?? '' };
}

test('what is no HTTP is answered with an error that carries a request id', async () => {
  for (const [bytes, status] of [
    ['\x16\x03\x01 hello\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n', 400],
    ['GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nabcd', 400],
    ['POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', 400],
    ['POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n', 400],
    ['GET / HTTP/1.1\r\nhost: a\r\nexpect: wonders\r\n\r\n', 417],
    [`GET / HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(5000)}\r\n\r\n`, 431],
  ] as const) {
    await using visitor = await visit(readAll);
    visitor.socket.write(bytes);
    assert.equal(errorIn(await visitor.hear()).status, status, bytes.slice(0, 40));
  }
});

test('bytes behind a whole request never get an answer that could be taken for its own', async () => {
  await using visitor = await visit((_, response) => void setTimeout(() => response.end('late'), 200));
  visitor.socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\nnonsense\r\n\r\n');
  assert.equal(await visitor.hear(), '');
});

test('a header that does not arrive in time is answered 408', async () => {
  await using visitor = await visit(readAll, { headerMs: 100 });
  visitor.socket.write('GET / HTTP/1.1\r\nhost:');
  assert.equal(errorIn(await visitor.hear()).status, 408);
});

test('a body that stops, or comes slower than allowed, ends the connection', async () => {
  for (const trickles of [false, true]) {
    await using visitor = await visit(readAll);
    visitor.socket.on('error', () => undefined);
    visitor.socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\nbegin');
    const trickle = (async () => {
      for await (const _ of every(50)) if (!trickles || !visitor.socket.write('x')) break;
    })();
    assert.equal(await visitor.hear(), '', `trickles: ${trickles}`);
    visitor.socket.destroy();
    void trickle.catch(() => undefined);
  }
});

test('an answer that nobody reads ends, and one that is only slow to be made does not', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  await using stopped = await visit(
    (_, response) => {
      response.once('close', resolve);
      response.write(Buffer.alloc(64 * 1024 * 1024));
    },
    { bytesPerSecond: 8 * 1024 * 1024 },
  );
  stopped.socket.on('error', () => undefined);
  stopped.socket.write('GET / HTTP/1.1\r\nhost: a\r\n\r\n');
  await closed;

  await using patient = await visit((_, response) => void setTimeout(() => response.end('made'), 1200));
  patient.socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  assert.match(await patient.hear(), /made$/);
});

test('connections beyond the bound are closed at once', async () => {
  await using visitor = await visit(readAll, { maxConnections: 1 });
  const second = connect(Number(visitor.socket.remotePort), '127.0.0.1');
  second.on('error', () => undefined);
  await once(second.resume(), 'close');
  visitor.socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  assert.match(await visitor.hear(), /done$/);
});
