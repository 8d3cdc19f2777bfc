import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { Agent, request as tlsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { createTestTls } from '#testkit/tls.ts';
import { startWebServer } from './web-server.ts';

const [first, second] = [await createTestTls(), await createTestTls()];

/** Says which protocol the request came by, and its body; waits before that as long as the path asks for. */
async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  await new Promise((resolve) => setTimeout(resolve, Number(request.url?.slice(1))));
  response.writeHead(200, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`HTTP/${request.httpVersion} ${request.method} ${body}`);
}

const start = (tls?: typeof first) =>
  startWebServer({ host: '127.0.0.1', port: 0, tls, handle: (request, response) => void echo(request, response) });

async function answerOf(outgoing: ReturnType<typeof plainRequest>, body = ''): Promise<string> {
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return text(incoming);
}

async function askHttp2(session: ClientHttp2Session, path: string, body = ''): Promise<string> {
  const stream = session.request({ ':path': path, ':method': 'POST' });
  stream.end(body);
  return text(stream);
}

test('without a certificate it speaks plain HTTP/1.1', async () => {
  await using server = await start();
  assert.equal(await answerOf(plainRequest({ port: server.port, path: '/0' })), 'HTTP/1.1 GET ');
});

test('one port serves HTTP/1.1 and HTTP/2 over TLS, as the client chooses', async () => {
  await using server = await start(first);
  const target = { host: '127.0.0.1', port: server.port, path: '/0', ca: first.ca };
  assert.equal(await answerOf(tlsRequest({ ...target, method: 'PUT' }), 'body'), 'HTTP/1.1 PUT body');
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: first.ca });
  const answers = await Promise.all(['a', 'b', 'c'].map((body) => askHttp2(session, '/0', body)));
  assert.deepEqual(answers, ['HTTP/2.0 POST a', 'HTTP/2.0 POST b', 'HTTP/2.0 POST c']);
  session.close();
});

test('TLS before 1.2 is refused', async () => {
  await using server = await start(first);
  const old = { port: server.port, ca: first.ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' } as const;
  const socket = connectTls({ ...old, ciphers: 'DEFAULT@SECLEVEL=0' });
  await assert.rejects(once(socket, 'secureConnect'));
});

test('a renewed certificate is for new connections; those that are open go on', async () => {
  await using server = await start(first);
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: first.ca });
  const agent = new Agent({ keepAlive: true, ca: first.ca });
  const slow = askHttp2(session, '/300', 'begun before');
  await once(session, 'connect');
  server.renewTls(second);
  const target = { host: '127.0.0.1', port: server.port, path: '/0' };
  assert.equal(await answerOf(tlsRequest({ ...target, ca: second.ca })), 'HTTP/1.1 GET ');
  await assert.rejects(answerOf(tlsRequest({ ...target, ca: first.ca, agent: false })), /certificate/);
  assert.equal(await slow, 'HTTP/2.0 POST begun before');
  assert.equal(await askHttp2(session, '/0', 'after'), 'HTTP/2.0 POST after');
  session.close();
  agent.destroy();
});

test('an end lets requests that run end, on both', async () => {
  const server = await start(first);
  const session = connectHttp2(`https://127.0.0.1:${server.port}`, { ca: first.ca });
  const target = { host: '127.0.0.1', port: server.port, path: '/300', ca: first.ca };
  const answers = [askHttp2(session, '/300'), answerOf(tlsRequest(target))];
  await new Promise((resolve) => setTimeout(resolve, 100));
  await server[Symbol.asyncDispose]();
  assert.deepEqual(await Promise.all(answers), ['HTTP/2.0 POST ', 'HTTP/1.1 GET ']);
});

test('garbage and plain HTTP on a TLS port harm nobody', async () => {
  await using server = await start(first);
  await assert.rejects(answerOf(plainRequest({ port: server.port, path: '/0' })));
  const target = { host: '127.0.0.1', port: server.port, path: '/0', ca: first.ca };
  assert.equal(await answerOf(tlsRequest(target)), 'HTTP/1.1 GET ');
});
