import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { EventType } from '#model/event.ts';
import type { Database } from '#platform/database/database.ts';
import { createHttpClient } from '#platform/network/http-client.ts';
import { testDatabase } from '#testkit/database.ts';
import { type DeliverDeps, deliverDue, nextAttemptAt } from './deliver-due.ts';
import { countDeliveries, registerEndpoint } from './delivery-store.ts';
import { logEndpoint, webhookEndpoint } from './endpoint.ts';
import { publish } from './event-store.ts';
import { notificationsMigrations } from './migrations/index.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let db: Database;
let server: Server;
let base = '';
let now = new Date('2026-11-23T12:00:00Z');
const received: Received[] = [];
const behaviours = new Map<string, (response: ServerResponse, body: string) => void>();
const lines: string[] = [];
const deps: Omit<DeliverDeps, 'db' | 'endpoints'> = {
  clock: { now: () => now },
  http: createHttpClient({ allowPrivate: true }),
  log: (_, message) => lines.push(message),
};

before(async () => {
  db = await testDatabase(notificationsMigrations);
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = request.url ?? '';
    received.push({ path, headers: request.headers, body });
    const behave = behaviours.get(path);
    if (behave) behave(response, body);
    else response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(async () => {
  await db?.destroy();
  server?.closeAllConnections();
  server?.close();
});

async function endpointAt(path: string, events: readonly string[] = []) {
  const endpoint = webhookEndpoint({ url: `${base}${path}`, secret: 's3cret', events });
  await registerEndpoint(db, endpoint.id);
  const deliver = () => deliverDue({ ...deps, db, endpoints: [endpoint] });
  const counts = async () => (await countDeliveries(db)).find((row) => row.endpointId === endpoint.id);
  const bodies = () => received.filter((each) => each.path === path).map((each) => JSON.parse(each.body).message);
  return { endpoint, deliver, counts, bodies };
}

const happen = (message: string, type: EventType = 'image.retired') =>
  publish(db, { type, at: now, actor: 'review', message });
const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};

test('a webhook gets each event once, signed, in order, and none from before it was there', async () => {
  await happen('before');
  const { deliver, bodies, counts } = await endpointAt('/good');
  for (let i = 1; i <= 45; i += 1) await happen(`number ${i}`);
  assert.deepEqual(await deliver(), { sent: 45, failed: 0 });
  assert.deepEqual(await deliver(), { sent: 0, failed: 0 });
  assert.deepEqual(
    bodies(),
    Array.from({ length: 45 }, (_, i) => `number ${i + 1}`),
  );
  const [first] = received.filter((each) => each.path === '/good');
  const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(first?.headers['assay-signature'])) ?? [];
  assert.equal(Number(seconds), now.getTime() / 1000);
  assert.equal(signature, createHmac('sha256', 's3cret').update(`${seconds}.${first?.body}`).digest('hex'));
  const { id, type } = JSON.parse(first?.body ?? '{}');
  assert.equal(first?.headers['assay-event-id'], String(id));
  assert.equal(first?.headers['assay-event-type'], type);
  assert.deepEqual([(await counts())?.pending, (await counts())?.dead], [0, 0]);
});

test('a webhook hears only of the kinds that it asked for', async () => {
  const { deliver, bodies } = await endpointAt('/some', ['image.deprecated']);
  await happen('no');
  await happen('yes', 'image.deprecated');
  assert.deepEqual(await deliver(), { sent: 1, failed: 0 });
  assert.deepEqual(bodies(), ['yes']);
});

test('a server that is down rests, is tried again later, and then gets everything', async () => {
  behaviours.set('/down', (response) => response.writeHead(503).end('come back'));
  const { deliver, bodies, counts } = await endpointAt('/down');
  await happen('a');
  await happen('b');
  assert.deepEqual(await deliver(), { sent: 0, failed: 1 });
  assert.match((await counts())?.lastError ?? '', /cannot notify 127\.0\.0\.1:\d+: it answered 503 \(come back\)/);
  await happen('c');
  assert.deepEqual(await deliver(), { sent: 0, failed: 0 }, 'it rests');
  assert.equal(bodies().length, 1);
  pass(10);
  assert.deepEqual(await deliver(), { sent: 0, failed: 1 });
  behaviours.delete('/down');
  pass(15);
  assert.deepEqual(await deliver(), { sent: 0, failed: 0 }, 'twice as long');
  pass(5);
  const before = bodies().length;
  await deliver();
  pass(3_600);
  await deliver();
  assert.deepEqual(bodies().slice(before).sort(), ['a', 'b', 'c']);
  assert.equal((await counts())?.pending, 0);
});

test('one event that is refused does not hold up the others, and is dead after twelve attempts', async () => {
  behaviours.set('/picky', (response, body) => response.writeHead(body.includes('poison') ? 400 : 200).end());
  const { deliver, bodies, counts } = await endpointAt('/picky');
  await happen('poison');
  await happen('fine');
  await deliver();
  pass(11);
  await deliver();
  assert.ok(bodies().includes('fine'));
  for (let i = 0; i < 20; i += 1) {
    pass(3_600);
    await deliver();
  }
  assert.equal(bodies().filter((message) => message === 'poison').length, 12);
  assert.deepEqual([(await counts())?.pending, (await counts())?.dead], [0, 1]);
});

test('a redirect is a failure and is not followed', async () => {
  behaviours.set('/redirect', (response) => response.writeHead(307, { location: `${base}/elsewhere` }).end());
  const { deliver, counts } = await endpointAt('/redirect');
  await happen('x');
  assert.deepEqual(await deliver(), { sent: 0, failed: 1 });
  assert.match((await counts())?.lastError ?? '', /redirect/);
  assert.equal(received.filter((each) => each.path === '/elsewhere').length, 0);
});

test('an answer without an end is not read to its end', async () => {
  behaviours.set('/endless', (response) => {
    response.writeHead(500);
    const timer = setInterval(() => response.write('x'.repeat(4_096)), 1);
    response.on('close', () => clearInterval(timer));
  });
  const { deliver, counts } = await endpointAt('/endless');
  await happen('x');
  assert.deepEqual(await deliver(), { sent: 0, failed: 1 });
  assert.ok(((await counts())?.lastError ?? '').length < 300);
});

test('link-local addresses are never reached, and private ones only when that is allowed', async () => {
  const metadata = webhookEndpoint({ url: 'http://169.254.169.254/latest', secret: 'x' });
  const { endpoint } = await endpointAt('/private');
  await registerEndpoint(db, metadata.id);
  await happen('x');
  const http = createHttpClient({ allowPrivate: false });
  const endpoints = [metadata, endpoint];
  assert.deepEqual(await deliverDue({ ...deps, http, db, endpoints }), { sent: 0, failed: 2 });
  const errors = (await countDeliveries(db)).map((row) => row.lastError ?? '').join('\n');
  assert.match(errors, /169\.254\.169\.254 is a link-local or reserved address/);
  assert.match(errors, /127\.0\.0\.1 is a private address/);
});

test('two processes that deliver at once send each event once', async () => {
  const { deliver, bodies } = await endpointAt('/twice');
  for (let i = 0; i < 30; i += 1) await happen(`number ${i}`);
  await Promise.all([deliver(), deliver(), deliver()]);
  await deliver();
  assert.equal(bodies().length, 30);
  assert.equal(new Set(bodies()).size, 30);
});

test('the log is an endpoint like any other', async () => {
  const endpoint = logEndpoint();
  await registerEndpoint(db, endpoint.id);
  await happen('golden/node:20 was retired');
  await deliverDue({ ...deps, db, endpoints: [endpoint] });
  assert.deepEqual(lines, ['golden/node:20 was retired']);
});

test('pauses double from ten seconds to an hour, and end', () => {
  const pauses = Array.from({ length: 12 }, (_, i) => {
    const next = nextAttemptAt(i + 1, now);
    return next ? (next.getTime() - now.getTime()) / 1000 : null;
  });
  assert.deepEqual(pauses, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600, null]);
});
