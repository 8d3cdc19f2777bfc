import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { testDatabase } from '#testkit/database.ts';
import { RegistryImages } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { type BlobDeps, listTaggedImages, registryMigrations, topImagesOf } from './index.ts';

describe('lists of images', () => {
  let deps: BlobDeps;
  let images: RegistryImages;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  before(async () => {
    folder = await temporaryFolder();
    deps = { db: await testDatabase(registryMigrations), blobs: await diskBlobs(folder.path) };
    images = new RegistryImages(deps);
  });
  after(async () => {
    await deps.db.destroy();
    await folder[Symbol.asyncDispose]();
  });

  test('tagged images are listed, and found above their platforms', async () => {
    const child = await images.pushImage('a', 'child');
    const index = await images.pushIndex('a', [child], ['1']);
    const single = await images.pushImage('a', 'single', ['2']);
    const artifact = await images.attach('a', single, 'application/report');
    assert.deepEqual(await listTaggedImages(deps.db, { limit: 10 }), [index, single].sort());
    assert.deepEqual(await topImagesOf(deps.db, [child]), [index]);
    assert.deepEqual(await topImagesOf(deps.db, [single, child]), [index, single].sort());
    assert.deepEqual(await topImagesOf(deps.db, [artifact]), []);
    assert.deepEqual(await topImagesOf(deps.db, []), []);
  });
});
