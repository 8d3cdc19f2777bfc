import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listAudit } from '#features/access/index.ts';
import { setState } from '#features/lifecycle/index.ts';
import {
  findManifest,
  listDeletions,
  listTags,
  noRules,
  putManifest,
  putRules,
  readRulesFor,
  recordPull,
  removeByRetention,
  undelete,
} from '#features/registry/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { DAY_MS } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import type { NamespaceRules } from '#model/namespace-rules.ts';
import { npmModule, openWorld, osvRecord, type World } from '#testkit/world.ts';
import { applyRetention } from './apply-retention.ts';
import { planRetention } from './plan-retention.ts';

let world: World;
before(async () => {
  world = await openWorld();
  await world.advise('npm', [osvRecord('GHSA-crit', 'broken', '2.0.0')]);
});
after(() => world.close());

const put = (place: string, rules: NamespaceRules) =>
  world.db
    .transaction()
    .execute((trx) => putRules(trx, { place, rules, by: 'eve', at: world.work.clock.now(), version: undefined }));
const run = (place: string) =>
  applyRetention(world.work, { place, by: 'eve' }, new AbortController().signal, async () => undefined);
const plan = async (repository: string) =>
  planRetention(world.db, repository, await readRulesFor(world.db, repository), new Date());
const tagsOf = async (repository: string) => (await listTags(world.db, repository)).map(({ name }) => name);

/** Images that the gate rejects: nothing but a retention rule has a use for them. */
async function pushRejected(repository: string, tags: readonly string[], platforms = ['amd64']): Promise<Digest[]> {
  const digests: Digest[] = [];
  for (const [index, tag] of tags.entries()) {
    const files = { ...npmModule('broken', '1.0.0'), 'etc/tag': `${repository} ${index}` };
    digests.push((await world.push({ repository, tag, files, platforms })).digest);
  }
  await world.settle();
  return digests;
}

test('what no rule keeps goes with its platforms, and can come back', async () => {
  await put('staging/old', { undelete: { days: 7 }, retention: { rules: [{ tags: ['*'], keepLast: 2 }] } });
  const [first] = await pushRejected('staging/old', ['1', '2', '3'], ['amd64', 'arm64']);
  const [victim, ...others] = await plan('staging/old');
  assert.deepEqual([victim?.tag?.name, victim?.isImageGoing, victim?.spared, others.length], ['1', true, null, 0]);
  assert.equal(await run('staging'), '1 tags and 1 images removed, 0 spared, 0 deletions final');
  assert.deepEqual(await tagsOf('staging/old'), ['2', '3']);
  assert.equal(await findManifest(world.db, 'staging/old', first ?? ''), undefined);
  const [deletion] = await listDeletions(world.db, { place: 'staging/old', now: world.work.clock.now(), limit: 5 });
  assert.deepEqual([deletion?.tags, deletion?.deletedBy], [['1'], 'eve']);
  assert.ok((deletion?.manifests ?? 0) > 3, 'the index, its platforms, and the reports about them');
  assert.match(deletion?.reason ?? '', /^retention: its image is number 3 by push of 3/);
  const [line] = (await listAudit(world.db, { limit: 1 })).items;
  assert.deepEqual([line?.action, line?.actor, line?.subject], ['retention.remove', 'eve', `staging/old@${first}`]);
  await world.db.transaction().execute((trx) => undelete(trx, deletion?.id ?? 0, new Date()));
  assert.equal((await findManifest(world.db, 'staging/old', '1'))?.digest, first);
  assert.equal((await plan('staging/old'))[0]?.tag?.name, '2');
  await put('staging/old', {});
});

test('what the catalog serves is spared everywhere, and what is retired there is not', async () => {
  await put('staging/app', { retention: { rules: [{ tags: ['*'], keepLast: 1 }] } });
  for (const tag of ['1', '2', '3'])
    await world.push({ repository: 'staging/app', tag, files: { 'etc/tag': tag }, platforms: ['amd64'] });
  assert.match((await plan('staging/app'))[0]?.spared ?? '', /the gate has not decided/);
  await world.settle();
  const spared = await plan('staging/app');
  assert.deepEqual(
    spared.map(({ spared }) => spared),
    Array(2).fill('the catalog serves it as golden/app, where it is approved'),
  );
  assert.match(await run('*'), /^0 tags and 0 images removed, 2 spared/);
  const digest = spared[0]?.digest ?? '';
  const at = world.work.clock.now();
  await setState(world.db, {
    repository: 'golden/app',
    digest,
    state: 'retired',
    reason: 'it is old',
    actor: 'eve',
    at,
  });
  assert.match(await run('staging/app'), /^1 tags and 1 images removed, 1 spared/);
  assert.deepEqual(await tagsOf('staging/app'), ['2', '3']);
  assert.deepEqual(await tagsOf('golden/app'), ['1', '2', '3']);
});

test('in the catalog only what the life cycle removed goes', async () => {
  await put('golden', { retention: { rules: [{ tags: ['*'], keepPushedDays: 1 }], untaggedDays: 1 } });
  assert.deepEqual(await plan('golden/app'), []);
  const [one] = await listTags(world.db, 'golden/app');
  const at = world.work.clock.now();
  const change = { repository: 'golden/app', digest: one?.digest ?? '', actor: 'eve', at };
  await setState(world.db, { ...change, state: 'removed', reason: 'nobody may have it' });
  const [victim] = await plan('golden/app');
  assert.match(victim?.reason ?? '', /^it was removed on .* because nobody may have it$/);
  assert.match(await run('golden'), /^1 tags and 1 images removed/);
  assert.deepEqual(await tagsOf('golden/app'), ['2', '3']);
});

test('immutable tags and a tag that was moved since stay, and so does an image that something names', async () => {
  await put('staging/held', { immutableTags: ['v*'], retention: { rules: [{ tags: ['*'], keepLast: 1 }] } });
  const [first, second] = await pushRejected('staging/held', ['1', '2', '3']);
  const again = async (tag: string, digest: Digest | undefined) => {
    const stored = await findManifest(world.db, 'staging/held', digest ?? '');
    await world.db.transaction().execute((trx) =>
      putManifest(trx, {
        repository: 'staging/held',
        bytes: stored?.bytes ?? Buffer.of(),
        mediaType: stored?.mediaType ?? '',
        tags: [tag],
      }),
    );
  };
  await again('v1', first);
  const planned = await plan('staging/held');
  assert.deepEqual(
    planned.map(({ tag, spared, isImageGoing }) => [tag?.name, spared, isImageGoing]),
    [
      ['2', null, true],
      ['3', null, true],
    ],
  );
  await again('v2', second);
  const { db, clock } = world.work;
  const stale = await db.transaction().execute((trx) =>
    removeByRetention(trx, noRules, {
      repository: 'staging/held',
      digest: second ?? 'sha256:',
      tags: planned.flatMap(({ tag }) => tag ?? []).map((tag) => ({ ...tag, updatedAt: new Date(0) })),
      withImage: true,
      ...{ reason: 'test', by: 'eve', at: clock.now() },
    }),
  );
  assert.deepEqual(stale, { tags: [], isImageGone: false });
  assert.match(await run('staging/held'), /^2 tags and 1 images removed, 1 spared/);
  assert.deepEqual(await tagsOf('staging/held'), ['2', 'v1', 'v2']);
});

test('images without a tag go when nobody pulled them, and a platform that was pulled keeps its index', async () => {
  await put('staging/bare', { retention: { rules: [], untaggedDays: 5 } });
  const digests = await pushRejected('staging/bare', ['1', '1', '1'], ['amd64', 'arm64']);
  const old = new Date(Date.now() - 30 * DAY_MS);
  const [unused, pulled] = digests;
  const stored = await findManifest(world.db, 'staging/bare', pulled ?? '');
  assert.equal(stored?.mediaType, mediaTypes.imageIndex);
  const [child] = (JSON.parse(stored?.bytes.toString() ?? '') as { manifests: { digest: Digest }[] }).manifests;
  const principal = 'ada';
  await recordPull(
    world.db,
    { repository: 'staging/bare', digest: child?.digest ?? 'sha256:', tag: null, principal },
    new Date(Date.now() + 26 * DAY_MS),
  );
  const rules = await readRulesFor(world.db, 'staging/bare');
  assert.deepEqual(await planRetention(world.db, 'staging/bare', rules, old), []);
  const later = await planRetention(world.db, 'staging/bare', rules, new Date(Date.now() + 30 * DAY_MS));
  assert.deepEqual(
    later.map(({ digest, tag }) => [digest, tag]),
    [[unused, null]],
  );
});
