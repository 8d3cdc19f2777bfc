import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { testDatabase } from '#testkit/database.ts';
import { RegistryImages } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import {
  type BlobDeps,
  digestOf,
  findBlob,
  findManifest,
  linkImage,
  moveTag,
  registryMigrations,
  repositoriesOf,
  unlinkManifest,
} from './index.ts';

describe('images in several repositories', () => {
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

  test('an image with chosen referrers appears in another repository and leaves it again', async () => {
    const child = await images.pushImage('staging/app', 'app');
    const sparse = digestOf(Buffer.from('platform that was not pushed'));
    const index = await images.pushIndex('staging/app', [child, sparse], ['1']);
    const sbom = await images.attach('staging/app', child, 'application/sbom');
    const signature = await images.attach('staging/app', sbom, 'application/signature');
    const planted = await images.attach('staging/app', index, 'application/report');
    const image = { from: 'staging/app', to: 'golden/app', digest: index };
    const linked = await linkImage(deps.db, image, (referrer) => referrer.artifactType !== 'application/report');
    assert.deepEqual([...linked].sort(), [child, index, sbom, signature].sort());
    assert.equal(await findManifest(deps.db, 'golden/app', planted), undefined);
    assert.equal((await findManifest(deps.db, 'golden/app', signature))?.digest, signature);
    assert.ok(await findBlob(deps.db, 'golden/app', digestOf(Buffer.from('app'))));
    assert.deepEqual(await repositoriesOf(deps.db, child), ['golden/app', 'staging/app']);
    assert.deepEqual(await linkImage(deps.db, image, (referrer) => referrer.artifactType !== 'application/report'), []);

    await moveTag(deps.db, 'golden/app', '1', index);
    const other = await images.pushIndex('golden/app', [child], ['2']);
    const left = await unlinkManifest(deps.db, 'golden/app', index);
    assert.deepEqual(left, [index], 'the child stays: another index lists it');
    assert.equal(await findManifest(deps.db, 'golden/app', '1'), undefined);
    const rest = await unlinkManifest(deps.db, 'golden/app', other);
    assert.deepEqual([...rest].sort(), [child, other, sbom, signature].sort());
    assert.deepEqual(await repositoriesOf(deps.db, child), ['staging/app']);
    await assert.rejects(
      linkImage(deps.db, { ...image, digest: sparse }, () => true),
      { code: 'MANIFEST_UNKNOWN' },
    );
  });
});
