import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { cleanPackage } from './clean-package.ts';
import type { Inventory } from './coalesce.ts';
import { findInventory, imagesWithPackages, isInventoried, putInventory } from './image-store.ts';
import { inventoryMigrations } from './migrations/index.ts';
import { samplePackage } from './sample-facts.ts';

let db: Database;
before(async () => {
  db = await testDatabase(inventoryMigrations);
});
after(() => db.destroy());

const alpine = { id: 'alpine', versionId: '3.20.3', name: 'Alpine Linux v3.20', like: [] };
const at = new Date('2026-01-01T00:00:00Z');

function inventoryOf(sources: Inventory['sources'], parts: Partial<Inventory> = {}): Inventory {
  return { distribution: alpine, sources, problems: [], ...parts };
}

async function put(digest: string, inventory: Inventory, catalogers: Record<string, number> = { apk: 1 }) {
  const image = { digest, platform: 'linux/amd64', layers: ['sha256:a', 'sha256:b'], catalogers, inventory, at };
  await db.transaction().execute((trx) => putInventory(trx, image));
}

const countOf = async (table: string) =>
  Number((await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db)).rows[0]?.n);

test('an inventory comes back as it was put, in the order of its sources', async () => {
  const musl = samplePackage('musl', { ecosystem: 'Alpine:v3.20', sourceName: 'musl', sourceVersion: '1.2.5-r0' });
  const owned = samplePackage('semver', { ownedBy: 'npm', licenses: ['ISC', 'quo"te\\'] });
  const problem = { code: 'file-damaged', message: 'cannot read it', path: 'x', layer: 'sha256:a' };
  const sources = [
    { id: 'apk', packages: [musl] },
    { id: 'npm:sha256:b', packages: [owned, samplePackage('a')] },
  ];
  await put('sha256:whole', inventoryOf(sources, { problems: [problem] }));
  const found = await findInventory(db, 'sha256:whole');
  assert.deepEqual(
    found?.packages.map((each) => each.package),
    [musl, owned, samplePackage('a')],
  );
  assert.deepEqual(found?.distribution, alpine);
  assert.deepEqual(found?.problems, [problem]);
  assert.deepEqual(found?.layers, ['sha256:a', 'sha256:b']);
  assert.deepEqual(found?.inventoriedAt, at);
  assert.equal(await findInventory(db, 'sha256:unknown'), undefined);
});

test('an image with nothing in it has an inventory too', async () => {
  await put('sha256:empty', inventoryOf([], { distribution: null }));
  const found = await findInventory(db, 'sha256:empty');
  assert.deepEqual([found?.distribution, found?.packages], [null, []]);
});

test('a set that several images hold is stored once', async () => {
  const shared = { id: 'apk', packages: [samplePackage('shared-1'), samplePackage('shared-2')] };
  const before = await countOf('inventory_set');
  await put('sha256:one', inventoryOf([shared]));
  await put('sha256:two', inventoryOf([shared, { id: 'npm:x', packages: [samplePackage('own')] }]));
  await put('sha256:two', inventoryOf([shared, { id: 'npm:x', packages: [samplePackage('own')] }]));
  assert.equal((await countOf('inventory_set')) - before, 2);
});

test('sets differ where packages lie elsewhere or are owned by another', async () => {
  const before = await countOf('inventory_set');
  const item = samplePackage('differs');
  for (const packages of [[item], [{ ...item, ownedBy: 'x' }], [{ ...item, locations: [] }]])
    await put('sha256:differs', inventoryOf([{ id: 'npm:y', packages }]));
  assert.equal((await countOf('inventory_set')) - before, 3);
  assert.equal((await findInventory(db, 'sha256:differs'))?.packages.length, 1, 'the last replaced the others');
});

test('what was read by other catalogers has to be read again', async () => {
  await put('sha256:versions', inventoryOf([]), { apk: 1, npm: 2 });
  assert.ok(await isInventoried(db, 'sha256:versions', { npm: 2, apk: 1 }));
  assert.ok(!(await isInventoried(db, 'sha256:versions', { apk: 1, npm: 3 })));
  assert.ok(!(await isInventoried(db, 'sha256:versions', { apk: 1 })));
  assert.ok(!(await isInventoried(db, 'sha256:unknown', { apk: 1 })));
});

test('images are found by the packages in any of their sets', async () => {
  const [rare, common] = [samplePackage('rare'), samplePackage('common')];
  await put('sha256:has-both', inventoryOf([{ id: 'apk', packages: [rare, common] }]));
  await put('sha256:has-one', inventoryOf([{ id: 'apk', packages: [common] }]));
  const ids = (await findInventory(db, 'sha256:has-both'))?.packages.map((each) => each.id) ?? [];
  assert.deepEqual(await imagesWithPackages(db, ids.slice(0, 1)), ['sha256:has-both']);
  assert.deepEqual(await imagesWithPackages(db, ids), ['sha256:has-both', 'sha256:has-one']);
  assert.deepEqual(await imagesWithPackages(db, []), []);
});

test('the longest and oddest package that passes is one that the database takes', async () => {
  // Random, so that no compression helps; every part at its limit.
  const noise = (length: number) => Array.from({ length }, (_, i) => ((i * 7919 + length) % 36).toString(36)).join('');
  const odd = { name: noise(400), version: noise(200), ecosystem: noise(100), purl: noise(1000), path: noise(4000) };
  const found = cleanPackage({ ...odd, sourceName: noise(400), sourceVersion: noise(200), module: noise(200) });
  assert.ok(found);
  const item = samplePackage('odd', { ...found, ecosystem: odd.ecosystem, licenses: ['\u{fffd}'] });
  await put('sha256:odd', inventoryOf([{ id: 'npm:odd', packages: [item] }]));
  assert.equal((await findInventory(db, 'sha256:odd'))?.packages[0]?.package.name, odd.name);
});

test('images with the same new packages and sets may be put at once', async () => {
  const packagesOf = (letter: string) => Array.from({ length: 200 }, (_, index) => samplePackage(`${letter}${index}`));
  const sources = ['z', 'm', 'a'].map((letter) => ({ id: `npm:${letter}`, packages: packagesOf(`at-once-${letter}`) }));
  await Promise.all(
    Array.from({ length: 8 }, (_, turn) =>
      put(`sha256:at-once-${turn}`, inventoryOf(turn % 2 === 0 ? sources : sources.toReversed())),
    ),
  );
  for (let turn = 0; turn < 8; turn += 1)
    assert.equal((await findInventory(db, `sha256:at-once-${turn}`))?.packages.length, 600);
});
