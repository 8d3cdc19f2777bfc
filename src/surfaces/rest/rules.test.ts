import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deleteReference, findManifest, putBlobBytes, readRulesFor } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { openRestApi, type RestApi } from '#testkit/rest-api.ts';
import { npmModule, openWorld, osvRecord, type World } from '#testkit/world.ts';

let world: World;
let api: RestApi;
before(async () => {
  world = await openWorld();
  api = await openRestApi(world);
  await world.advise('npm', [osvRecord('GHSA-crit', 'broken', '2.0.0')]);
});
after(async () => {
  await api[Symbol.asyncDispose]();
  await world.close();
});

const admin = (method: string, path: string, body?: unknown) => api.call('administrator', method, path, body);

test('a place has no rules of its own until somebody writes some, and says what holds there all the same', async () => {
  const before = (await admin('GET', '/rules/staging%2Fa')).body;
  assert.deepEqual([before.version, before.rules, before.changedBy], [0, {}, null]);
  await admin('PUT', '/rules/*', { rules: { immutableTags: ['v*'], undelete: { days: 30 } } });
  await admin('PUT', '/rules/staging', { rules: { undelete: { days: 7 }, quota: { bytes: 100_000_000 } } });
  const written = await admin('PUT', '/rules/staging%2Fa', { rules: { immutableTags: false }, version: 0 });
  assert.deepEqual([written.status, written.body.version], [200, 1]);
  assert.deepEqual(written.body.inForce, {
    immutableTags: null,
    quotas: [{ place: 'staging', bytes: 100_000_000 }],
    rateLimit: null,
    undelete: { place: 'staging', days: 7 },
    retention: null,
  });
  const { items } = (await admin('GET', '/rules')).body;
  assert.deepEqual(
    items.map(({ place }: { place: string }) => place),
    ['*', 'staging', 'staging/a'],
  );
  assert.deepEqual((await admin('GET', '/rules/*')).body.inForce.immutableTags, { place: '*', patterns: ['v*'] });
});

test('a quota says how much of it is used', async () => {
  await putBlobBytes(world.work, 'staging/used', Buffer.from('12345'));
  const { usage } = (await admin('GET', '/rules/staging')).body;
  assert.deepEqual(usage, { bytes: 5, repositories: 0 });
  assert.equal((await admin('GET', '/rules/golden')).body.usage.bytes, null);
});

const refused: readonly (readonly [what: string, rules: unknown, message: RegExp])[] = [
  ['an unknown rule', { immutable: ['v*'] }, /immutable/],
  ['a pattern that is none', { immutableTags: ['a b'] }, /immutableTags/],
  ['a limit of nothing', { rateLimit: { requests: { limit: 0, seconds: 60 } } }, /rateLimit/],
  ['a retention rule that keeps nothing', { retention: { rules: [{ tags: ['*'] }] } }, /retention/],
  ['a negative quota', { quota: { bytes: -1 } }, /quota/],
];
for (const [what, rules, message] of refused) {
  test(`${what} is refused with its name`, async () => {
    const { status, body } = await admin('PUT', '/rules/staging', { rules });
    assert.equal(status, 400);
    assert.match(body.detail, message);
  });
}

test('rules of what is no namespace are not found', async () => {
  for (const place of ['nowhere', 'nowhere%2Fa', 'staging%2F..', 'Staging']) {
    assert.equal((await admin('PUT', `/rules/${place}`, { rules: {} })).status, 404, place);
  }
});

test('who changes rules that somebody else changed since is told so', async () => {
  const { version } = (await admin('GET', '/rules/golden')).body;
  assert.equal((await admin('PUT', '/rules/golden', { rules: { undelete: { days: 1 } }, version })).status, 200);
  assert.equal((await admin('PUT', '/rules/golden', { rules: {}, version })).status, 409);
  await admin('PUT', '/rules/golden', { rules: {} });
});

test('curators see rules of their namespaces, administrators change theirs, nobody else does', async () => {
  const get = async (caller: string, place: string) => (await api.call(caller, 'GET', `/rules/${place}`)).status;
  const put = async (caller: string, place: string) =>
    (await api.call(caller, 'PUT', `/rules/${place}`, { rules: {} })).status;
  assert.deepEqual([await get('curator@staging', 'staging'), await put('curator@staging', 'staging')], [200, 403]);
  assert.deepEqual([await get('curator@staging', 'golden'), await get('curator@staging', '*')], [403, 403]);
  assert.deepEqual([await get('publisher', 'staging'), await get('anonymous', 'staging')], [403, 401]);
  assert.deepEqual(
    [await put('administrator@golden', 'golden'), await put('administrator@golden', 'staging')],
    [200, 403],
  );
  const { items } = (await api.call('curator@golden', 'GET', '/rules')).body;
  assert.deepEqual(items, []);
});

async function pushRejected(repository: string, tags: readonly string[]): Promise<Digest[]> {
  const digests: Digest[] = [];
  for (const tag of tags) {
    const files = { ...npmModule('broken', '1.0.0'), 'etc/tag': tag };
    digests.push((await world.push({ repository, tag, files })).digest);
  }
  await world.settle();
  return digests;
}

test('a trial of retention lists every victim with its reason, page by page, and removes nothing', async () => {
  await admin('PUT', '/rules/staging%2Fkeep', { rules: { retention: { rules: [{ keepLast: 1 }] } } });
  await pushRejected('staging/keep/a', ['1', '2']);
  await pushRejected('staging/keep/b', ['1', '2', '3']);
  const { body } = await admin('GET', '/retention/staging?limit=1');
  assert.deepEqual([body.items.length, body.next, body.weighed], [1, 'staging/keep/a', 1]);
  const [row] = body.items;
  assert.deepEqual([row.repository, row.tag, row.spared, row.isImageGoing], ['staging/keep/a', '1', null, true]);
  assert.match(row.reason, /number 2 by push of 2, and the last 1 stay/);
  const rest = (await admin('GET', `/retention/staging?after=${encodeURIComponent(body.next)}`)).body;
  assert.deepEqual([rest.items.length, rest.next], [2, null]);
  assert.ok(await findManifest(world.db, 'staging/keep/a', '1'));
  assert.equal((await api.call('publisher', 'GET', '/retention/staging')).status, 403);
});

test('retention is run at once by who may change rules', async () => {
  assert.equal((await api.call('curator', 'POST', '/retention/staging/run')).status, 403);
  const { status, body } = await admin('POST', '/retention/staging%2Fkeep/run');
  assert.equal(status, 202);
  assert.match(body.jobId, /./);
});

test('what was deleted is listed and brought back by who may delete there', async () => {
  const [digest] = await pushRejected('staging/a', ['9']);
  const at = world.work.clock.now();
  await world.db.transaction().execute(async (trx) => {
    const request = { repository: 'staging/a', reference: digest ?? '', digest, by: 'ada', at };
    await deleteReference(trx, await readRulesFor(trx, 'staging/a'), request);
  });
  const { items, next } = (await api.call('publisher', 'GET', '/deletions?place=staging%2Fa')).body;
  assert.equal(next, null);
  assert.deepEqual([items[0].tags, items[0].isImage, items[0].deletedBy], [['9'], true, 'ada']);
  const path = `/deletions/${items[0].id}/undelete`;
  assert.equal((await api.call('reader', 'POST', path)).status, 403);
  assert.equal((await api.call('publisher@golden', 'POST', path)).status, 403);
  const { body } = await api.call('publisher@staging', 'POST', path);
  assert.deepEqual(body, { repository: 'staging/a', digest, tags: ['9'], takenTags: [] });
  assert.ok(await findManifest(world.db, 'staging/a', '9'));
  assert.equal((await api.call('publisher', 'POST', path)).status, 404);
  assert.equal((await api.call('publisher', 'GET', '/deletions?place=golden')).status, 403);
});

test('every change is in the audit log', async () => {
  const { items } = (await admin('GET', '/audit?limit=200')).body;
  const actions = new Set(items.map(({ action }: { action: string }) => action));
  for (const action of ['rules.put', 'retention.run', 'image.undelete']) assert.ok(actions.has(action), action);
});
