import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { everything, startRegistry, type TestRegistry } from '#testkit/registry.ts';
import { RegistryCalls } from '#testkit/registry-calls.ts';

let registry: TestRegistry;
let calls: RegistryCalls;

before(async () => {
  const redirects = { redirectFor: async (digest: string) => `https://store.example.com/${digest}?signed` };
  registry = await startRegistry({ deps: { redirects } });
  calls = new RegistryCalls(registry);
});
after(() => registry[Symbol.asyncDispose]());

async function get(method: string, digest: string, options: { user?: typeof everything } = {}): Promise<Response> {
  return fetch(`${registry.url}/v2/team/app/blobs/${digest}`, {
    method,
    redirect: 'manual',
    headers: options.user
      ? { authorization: `Basic ${Buffer.from(`${options.user.name}:${options.user.password}`).toString('base64')}` }
      : {},
  });
}

test('a large blob is fetched from the object store, by an address that nobody keeps', async () => {
  const digest = await calls.pushBlob('team/app', randomBytes(100_000));
  const answer = await get('GET', digest, { user: everything });
  assert.equal(answer.status, 307);
  assert.equal(answer.headers.get('location'), `https://store.example.com/${digest}?signed`);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.equal(answer.headers.get('docker-content-digest'), digest);
});

test('its size is still told here, and a small blob still comes from here', async () => {
  const large = await calls.pushBlob('team/app', randomBytes(100_000));
  const head = await get('HEAD', large, { user: everything });
  assert.deepEqual([head.status, head.headers.get('content-length')], [200, '100000']);
  const small = await calls.pushBlob('team/app', randomBytes(1000));
  assert.equal((await get('GET', small, { user: everything })).status, 200);
});

test('who may not pull gets no address', async () => {
  const digest = await calls.pushBlob('team/app', randomBytes(100_000));
  const answer = await get('GET', digest);
  assert.deepEqual([answer.status, answer.headers.get('location')], [401, null]);
});
