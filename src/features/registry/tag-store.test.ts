import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { testDatabase } from '#testkit/database.ts';
import { RegistryImages } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import {
  type BlobDeps,
  deleteManifest,
  deleteTag,
  findManifest,
  listTags,
  moveTag,
  registryMigrations,
  tagsOf,
} from './index.ts';

describe('tags in the registry', () => {
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

  test('tags are listed in the order of their bytes, page by page', async () => {
    const digest = await images.pushImage('tags/a', 'tagged', ['b', 'B', 'a', '10', '9', '_']);
    const names = async (page?: Parameters<typeof listTags>[2]) =>
      (await listTags(deps.db, 'tags/a', page)).map((tag) => tag.name);
    assert.deepEqual(await names(), ['10', '9', 'B', '_', 'a', 'b']);
    assert.deepEqual(await names({ limit: 2 }), ['10', '9']);
    assert.deepEqual(await names({ after: 'B', limit: 2 }), ['_', 'a']);
    assert.deepEqual(await names({ after: 'b' }), []);
    assert.deepEqual(await tagsOf(deps.db, 'tags/a', digest), ['10', '9', 'B', '_', 'a', 'b']);
  });

  test('a tag moves only to what its repository has, and goes without its manifest', async () => {
    const one = await images.pushImage('move/a', 'one', ['x']);
    const two = await images.pushImage('move/a', 'two');
    await moveTag(deps.db, 'move/a', 'x', two);
    assert.equal((await findManifest(deps.db, 'move/a', 'x'))?.digest, two);
    const foreign = await images.pushImage('move/b', 'three');
    await assert.rejects(moveTag(deps.db, 'move/a', 'x', foreign), { code: 'MANIFEST_UNKNOWN' });
    assert.equal(await deleteTag(deps.db, 'move/a', 'x'), two);
    assert.equal(await deleteTag(deps.db, 'move/a', 'x'), undefined);
    assert.ok(await findManifest(deps.db, 'move/a', two));
    await moveTag(deps.db, 'move/a', 'y', one);
    assert.equal(await deleteManifest(deps.db, 'move/a', one), true);
    assert.equal(await deleteManifest(deps.db, 'move/a', one), false);
    assert.equal(await findManifest(deps.db, 'move/a', 'y'), undefined);
  });
});
