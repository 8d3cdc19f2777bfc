import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { AssayEvent } from '#model/event.ts';
import { createHttpClient } from '#platform/network/http-client.ts';
import { signWebhook, webhook } from './webhook.ts';

const event: AssayEvent = {
  id: 7,
  type: 'image.retired',
  at: '2026-11-23T12:00:00.000Z',
  repository: 'golden/node',
  digest: null,
  actor: 'review',
  message: 'golden/node:20 was retired',
  data: {},
};

test('the signature covers the time and the body', () => {
  const at = new Date('2026-11-23T12:00:00.900Z');
  const signature = signWebhook('secret', '{}', at);
  assert.match(signature, /^t=1795435200,v1=[0-9a-f]{64}$/);
  for (const other of [
    signWebhook('Secret', '{}', at),
    signWebhook('secret', '{ }', at),
    signWebhook('secret', '{}', new Date(at.getTime() + 1000)),
  ])
    assert.notEqual(other, signature);
});

for (const [what, config] of [
  ['no secret', { url: 'https://x.example/', secret: '' }],
  ['no web address', { url: 'ftp://x.example/', secret: 's' }],
  ['no address', { url: 'x', secret: 's' }],
] as const) {
  test(`a configuration with ${what} is refused`, () => assert.equal(webhook.Config.safeParse(config).success, false));
}

test('a server that takes the request and says nothing is given up after ten seconds', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const deps = {
    clock: { now: () => new Date(0) },
    http: createHttpClient({ allowPrivate: true }),
    log: () => undefined,
  };
  const started = Date.now();
  await assert.rejects(webhook.send(deps, { url, secret: 's' }, event), /cannot reach 127\.0\.0\.1/);
  assert.ok(Date.now() - started < 15_000);
  server.closeAllConnections();
  server.close();
});
