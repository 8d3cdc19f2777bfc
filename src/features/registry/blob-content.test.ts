import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { collect } from '#kernel/async.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { testDatabase } from '#testkit/database.ts';
import { RegistryImages } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import {
  type BlobDeps,
  deleteManifest,
  digestOf,
  findBlob,
  linkBlob,
  openBlob,
  putBlobBytes,
  readBlob,
  registryMigrations,
  repositoriesWithBlob,
  unlinkBlob,
} from './index.ts';

describe('blobs in the registry', () => {
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

  test('small blobs live in their row, large ones in the store; both are read alike', async () => {
    for (const size of [0, 10, 64 * 1024, 64 * 1024 + 1, 300_000]) {
      const bytes = Buffer.alloc(size, 7);
      const digest = await putBlobBytes(deps, 'blobs/a', bytes);
      const found = await findBlob(deps.db, 'blobs/a', digest);
      assert.equal(found?.content === null, size > 64 * 1024);
      assert.deepEqual(await readBlob(deps, digest, size), bytes);
      if (size === 0) continue;
      await assert.rejects(readBlob(deps, digest, size - 1), { code: 'limit-reached' });
      const part = await collect((await openBlob(deps, digest, { start: 2, end: 5 })) as AsyncIterable<Buffer>);
      assert.deepEqual(Buffer.concat(part), bytes.subarray(2, 6));
    }
    await assert.rejects(openBlob(deps, digestOf(Buffer.from('none'))), { code: 'BLOB_UNKNOWN' });
    await assert.rejects(putBlobBytes(deps, 'blobs/a', Buffer.alloc(1), digestOf(Buffer.alloc(2))), {
      code: 'DIGEST_INVALID',
    });
  });

  test('a blob that an image needs cannot be taken out of its repository', async () => {
    const image = await images.pushImage('used/a', 'used');
    const blob = digestOf(Buffer.from('used'));
    assert.equal(await unlinkBlob(deps.db, 'used/a', blob), 'used');
    assert.equal(await linkBlob(deps.db, 'used/b', blob), true);
    assert.equal(await linkBlob(deps.db, 'used/b', digestOf(Buffer.from('unknown'))), false);
    assert.deepEqual(await repositoriesWithBlob(deps.db, blob, 10), ['used/a', 'used/b']);
    assert.equal(await unlinkBlob(deps.db, 'used/b', blob), 'unlinked');
    assert.equal(await unlinkBlob(deps.db, 'used/b', blob), 'unknown');
    await deleteManifest(deps.db, 'used/a', image);
    assert.equal(await unlinkBlob(deps.db, 'used/a', blob), 'unlinked');
    assert.equal(await findBlob(deps.db, 'used/a', blob), undefined);
  });
});
