import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { formatPem } from '#formats/crypto/pem.ts';
import { createTestChain } from '#testkit/certificates.ts';
import { openRestApi, type RestApi } from '#testkit/rest-api.ts';
import { openWorld, type World } from '#testkit/world.ts';

let world: World;
let api: RestApi;
before(async () => {
  world = await openWorld();
  api = await openRestApi(world);
});
after(async () => {
  await api[Symbol.asyncDispose]();
  await world.close();
});

const admin = (method: string, path: string, body?: unknown) => api.call('administrator', method, path, body);

test('rules are the default ones until somebody writes the next version', async () => {
  const { body } = await admin('GET', '/policies/staging');
  assert.deepEqual([body.version, body.rules], [1, {}]);
  assert.ok(body.known.some(({ id }: { id: string }) => id === 'vulnerabilities'));
  const written = await admin('PUT', '/policies/staging', { rules: { [body.known[0].id]: false } });
  assert.deepEqual([written.status, written.body.version], [200, 2]);
  assert.deepEqual((await admin('GET', '/policies/staging')).body.rules, { [body.known[0].id]: false });
});

test('a part of a namespace has rules of its own', async () => {
  const written = await admin('PUT', '/policies/staging%2Fvendor', { rules: {} });
  assert.deepEqual([written.status, written.body.namespace], [200, 'staging/vendor']);
  const vendorCurator = await api.call('administrator@golden', 'PUT', '/policies/staging', { rules: {} });
  assert.equal(vendorCurator.status, 403);
});

test('a publisher is trusted, changed and trusted no more', async () => {
  const { chain } = await createTestChain();
  const certificates = formatPem('CERTIFICATE', chain.at(-1) ?? new Uint8Array());
  const put = await admin('PUT', '/publishers/acme', { certificates, scopes: ['staging/acme/*'] });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  await admin('PUT', '/publishers/acme', { certificates, scopes: ['*'] });
  const { body } = await admin('GET', '/publishers');
  assert.deepEqual(
    body.items.map(({ name, scopes }: { name: string; scopes: string[] }) => [name, scopes]),
    [['acme', ['*']]],
  );
  assert.equal((await admin('DELETE', '/publishers/acme')).status, 204);
  assert.deepEqual((await admin('GET', '/publishers')).body.items, []);
  assert.equal((await admin('PUT', '/publishers/Acme', { certificates, scopes: ['*'] })).status, 400);
});

test('every change is in the audit log', async () => {
  const { body } = await admin('GET', '/audit');
  assert.deepEqual(
    body.items.map(({ action, subject }: { action: string; subject: string }) => `${action} ${subject}`).reverse(),
    [
      'policy.put staging',
      'policy.put staging/vendor',
      'publisher.put acme',
      'publisher.put acme',
      'publisher.delete acme',
    ],
  );
});

test('a schedule is run beside its times, once', async () => {
  const first = await api.call('curator', 'POST', '/schedules/refresh-advisories/run');
  const second = await api.call('curator', 'POST', '/schedules/refresh-advisories/run');
  assert.deepEqual([first.status, second.body.jobId], [202, first.body.jobId]);
  const { body } = await api.call('curator', 'GET', '/jobs?state=queued');
  assert.deepEqual(
    body.items.map(({ id, name }: { id: string; name: string }) => [id, name]),
    [[first.body.jobId, 'refresh-advisories']],
  );
  const schedules = await api.call('curator', 'GET', '/schedules');
  assert.ok(schedules.body.items.every(({ nextAt }: { nextAt: string | null }) => nextAt !== null));
});

test('what a verifier needs is public', async () => {
  const { body } = await api.call('nobody', 'GET', '/trust');
  assert.match(body.roots[0], /BEGIN CERTIFICATE/);
  assert.deepEqual([body.developmentKey, body.registryHost], [true, 'registry.example:5080']);
});
