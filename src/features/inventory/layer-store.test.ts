import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { putInventory } from './image-store.ts';
import { fileDigestsOf, filesWithDigest, findLayer, imagesWithFiles, putLayer } from './layer-store.ts';
import { inventoryMigrations } from './migrations/index.ts';
import { sampleFacts, sampleHashes, sha256 } from './sample-facts.ts';

let db: Database;
before(async () => {
  db = await testDatabase(inventoryMigrations);
});
after(() => db.destroy());

const digestOf = (text: string) => `sha256:${sha256(text)}`;

async function putImage(digest: string, layers: readonly string[]): Promise<void> {
  const inventory = { distribution: null, sources: [], problems: [] };
  const at = new Date('2026-01-01T00:00:00Z');
  await putInventory(db, { digest, platform: 'linux/amd64', layers, catalogers: {}, inventory, at });
}

test('facts come back as they were, the hashes of files apart', async () => {
  const facts = sampleFacts({
    diffId: digestOf('round'),
    databaseFiles: [{ path: 'lib/apk/db/installed', mode: 0o644, sizeBytes: 3, bytes: new Uint8Array([1, 2, 3]) }],
    hashes: sampleHashes({ 'etc/passwd': 'root' }),
    symlinks: [['lib', 'usr/lib']],
    whiteouts: ['tmp/x'],
  });
  await putLayer(db, facts, digestOf('round packed'));
  const layer = { diffId: facts.diffId, digest: digestOf('round packed') };
  const found = await findLayer(db, layer);
  assert.deepEqual(found?.databaseFiles[0]?.bytes, new Uint8Array([1, 2, 3]));
  assert.deepEqual({ ...found, hashes: [], databaseFiles: [] }, { ...facts, hashes: [], databaseFiles: [] });
  assert.deepEqual(found?.hashes, [{ path: 'etc/passwd', sha256: '', sizeBytes: 0 }]);
});

test('a layer is known only by bytes that were seen to hold it', async () => {
  const facts = sampleFacts({ diffId: digestOf('honest') });
  await putLayer(db, facts, digestOf('honest packed'));
  const find = (digest: string) => findLayer(db, { diffId: facts.diffId, digest });
  assert.ok(await find(digestOf('honest packed')));
  assert.equal(await find(digestOf('other bytes that claim the same diff ID')), undefined);
  await putLayer(db, facts, digestOf('packed in another way'));
  assert.ok(await find(digestOf('honest packed')));
  assert.ok(await find(digestOf('packed in another way')));
  const doubtful = sampleFacts({ diffId: digestOf('doubtful') });
  await putLayer(db, doubtful, null);
  assert.equal(await findLayer(db, { diffId: doubtful.diffId, digest: digestOf('x') }), undefined);
});

test('files are found by image and by digest, in the order of layers', async () => {
  const [low, high] = [digestOf('low'), digestOf('high')];
  await putLayer(db, sampleFacts({ diffId: low, hashes: sampleHashes({ b: 'evil', a: 'good' }) }), null);
  await putLayer(db, sampleFacts({ diffId: high, hashes: sampleHashes({ a: 'evil' }) }), null);
  await putImage('sha256:image', [low, high]);
  assert.deepEqual((await fileDigestsOf(db, 'sha256:image')).sort(), [sha256('evil'), sha256('good')].sort());
  assert.deepEqual(await filesWithDigest(db, 'sha256:image', [sha256('evil'), sha256('absent')]), [
    { path: 'b', layer: low, sha256: sha256('evil') },
    { path: 'a', layer: high, sha256: sha256('evil') },
  ]);
  assert.deepEqual(await imagesWithFiles(db, [sha256('good')]), ['sha256:image']);
  assert.deepEqual(await imagesWithFiles(db, []), []);
});

test('what is read again replaces what was known', async () => {
  const diffId = digestOf('again');
  await putLayer(db, sampleFacts({ diffId, hashes: sampleHashes({ old: 'old' }) }), null);
  await putLayer(db, sampleFacts({ diffId, hashes: sampleHashes({ new: 'new' }) }), null);
  await putImage('sha256:again', [diffId]);
  assert.deepEqual(await fileDigestsOf(db, 'sha256:again'), [sha256('new')]);
});

test('hostile paths are stored so that they stay different', async () => {
  const diffId = digestOf('hostile');
  const long = 'x'.repeat(4000);
  const files = { 'nul\0': 'a', [`${long}1`]: 'b', [`${long}2`]: 'c', 'half\ud800': 'd' };
  await putLayer(db, sampleFacts({ diffId, hashes: sampleHashes(files) }), null);
  await putImage('sha256:hostile', [diffId]);
  assert.equal((await fileDigestsOf(db, 'sha256:hostile')).length, 4);
});

test('two that read the same layer at once do not harm each other', async () => {
  const diffId = digestOf('twice');
  const hashes = sampleHashes(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, String(i)])));
  const facts = sampleFacts({ diffId, hashes });
  await Promise.all(Array.from({ length: 4 }, () => putLayer(db, facts, digestOf('twice packed'))));
  await putImage('sha256:twice', [diffId]);
  assert.equal((await fileDigestsOf(db, 'sha256:twice')).length, 500);
});
