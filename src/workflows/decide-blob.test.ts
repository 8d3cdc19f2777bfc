import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { quarantine, releaseQuarantine } from '#features/lifecycle/index.ts';
import { linkBlob } from '#features/registry/index.ts';
import { buildLayer } from '#formats/layers/index.ts';
import { openWorld, type World } from '#testkit/world.ts';
import { decideBlob, openBlobDecisions } from './decide-blob.ts';

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const files = { 'srv/evil': 'evil' };
const { digest: layer } = buildLayer(files);
const facts = { reason: 'malware was found', actor: 'gate', at: new Date('2026-11-23T12:00:00Z') };
const decide = async (repository: string) => (await decideBlob(world.work, repository, layer)).kind;

test('what only a quarantined image has is not served, wherever it was mounted', async () => {
  const { digest } = await world.push({ repository: 'staging/bad', tag: '1', files });
  await linkBlob(world.db, 'staging/mounted', layer);
  assert.equal(await decide('staging/bad'), 'served');
  await quarantine(world.db, digest, facts);
  assert.equal(await decide('staging/bad'), 'refused');
  assert.equal(await decide('staging/mounted'), 'refused');
  const { digest: other } = buildLayer({ 'srv/other': 'x' });
  assert.equal((await decideBlob(world.work, 'staging/bad', other)).kind, 'served');
});

test('a layer that another image of the repository has is served there, and only there', async () => {
  await world.push({ repository: 'staging/clean', tag: '1', files, labels: { built: 'otherwise' } });
  assert.equal(await decide('staging/clean'), 'served');
  assert.equal(await decide('staging/bad'), 'refused');
});

test('a platform image is refused when every index around it is quarantined, and served when one is not', async () => {
  const platforms = ['amd64', 'arm64'];
  const only = { 'srv/twice': 'shared' };
  const bad = await world.push({ repository: 'staging/index', tag: '1', platforms, files: only });
  const kindOf = async () => (await decideBlob(world.work, 'staging/index', buildLayer(only).digest)).kind;
  await quarantine(world.db, bad.digest, facts);
  assert.equal(await kindOf(), 'refused');
  await world.push({ repository: 'staging/index', tag: '2', platforms: ['amd64', 'riscv64'], files: only });
  assert.equal(await kindOf(), 'served');
});

test('the end of a quarantine ends it', async () => {
  const { digest } = await world.push({ repository: 'staging/released', tag: '1', files: { 'srv/a': 'released' } });
  const kindOf = async () =>
    (await decideBlob(world.work, 'staging/released', buildLayer({ 'srv/a': 'released' }).digest)).kind;
  await quarantine(world.db, digest, facts);
  assert.equal(await kindOf(), 'refused');
  await releaseQuarantine(world.db, digest, facts);
  assert.equal(await kindOf(), 'served');
});

test('that nothing is quarantined is remembered until the database tells otherwise', async () => {
  const { digest } = await world.push({ repository: 'staging/told', tag: '1', files: { 'srv/b': 'told' } });
  const blob = buildLayer({ 'srv/b': 'told' }).digest;
  await sql`delete from lifecycle_quarantine`.execute(world.db);
  const tell: ((message: string) => void)[] = [];
  const open = await openBlobDecisions({
    db: world.db,
    notifications: {
      isConnected: () => true,
      listen: async (_channel, listener) => {
        tell.push((message) => listener.onMessage(message));
        return () => undefined;
      },
    },
  });
  assert.equal((await open('staging/told', blob)).kind, 'served');
  assert.ok(!(open('staging/told', blob) instanceof Promise), 'without asking');
  await quarantine(world.db, digest, facts);
  for (const each of tell) each('everything');
  assert.equal((await open('staging/told', blob)).kind, 'refused');
});
