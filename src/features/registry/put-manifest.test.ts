import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { sleep } from '#kernel/async.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { configOf, descriptor, imageOf, json, RegistryImages } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import {
  type BlobDeps,
  deleteManifest,
  digestOf,
  findManifest,
  getManifestByDigest,
  putBlobBytes,
  putManifest,
  registryMigrations,
  unlinkBlob,
} from './index.ts';

describe('putting manifests into the registry', () => {
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

  test('a manifest with a missing blob is refused, with missing layers it can be allowed', async () => {
    const config = json({ sparse: true });
    const layer = Buffer.from('nowhere');
    const bytes = imageOf(config, layer);
    const manifest = { repository: 'sparse/a', bytes, mediaType: mediaTypes.imageManifest };
    await assert.rejects(putManifest(deps.db, { ...manifest, allowMissingBlobs: true }), {
      code: 'MANIFEST_BLOB_UNKNOWN',
    });
    await putBlobBytes(deps, 'sparse/a', config);
    await assert.rejects(putManifest(deps.db, manifest), { code: 'MANIFEST_BLOB_UNKNOWN' });
    assert.equal((await putManifest(deps.db, { ...manifest, allowMissingBlobs: true })).created, true);
  });

  test('a blob of another repository does not count as present', async () => {
    await images.pushImage('own/a', 'own layer');
    const layer = Buffer.from('own layer');
    const bytes = imageOf(configOf('own layer'), layer);
    await assert.rejects(putManifest(deps.db, { repository: 'own/b', bytes, mediaType: mediaTypes.imageManifest }), {
      code: 'MANIFEST_BLOB_UNKNOWN',
    });
  });

  test('a layer that is kept elsewhere need not be there', async () => {
    const config = json({ foreign: true });
    await putBlobBytes(deps, 'foreign/a', config);
    const bytes = json({
      schemaVersion: 2,
      config: descriptor(mediaTypes.imageConfig, config),
      layers: [
        descriptor('application/vnd.oci.image.layer.nondistributable.v1.tar+gzip', Buffer.from('there'), {
          urls: ['https://example.com/layer'],
        }),
      ],
    });
    await putManifest(deps.db, { repository: 'foreign/a', bytes, mediaType: mediaTypes.imageManifest });
  });

  test('a digest that is not that of the bytes is refused', async () => {
    const bytes = json({ schemaVersion: 2, manifests: [] });
    const mediaType = mediaTypes.imageIndex;
    const digest = digestOf(Buffer.from('other'));
    await assert.rejects(putManifest(deps.db, { repository: 'bad/a', bytes, mediaType, digest }), {
      code: 'DIGEST_INVALID',
    });
    const sha512 = digestOf(bytes, 'sha512');
    const stored = await putManifest(deps.db, { repository: 'bad/a', bytes, mediaType, digest: sha512 });
    assert.equal(stored.digest, sha512);
  });

  test('a deletion waits for the push beside it', async () => {
    const image = await images.pushImage('beside/a', 'beside', ['old']);
    const blob = digestOf(Buffer.from('beside'));
    const { bytes } = await getManifestByDigest(deps.db, image);
    await deleteManifest(deps.db, 'beside/a', image);
    const push = { repository: 'beside/a', bytes, mediaType: mediaTypes.imageManifest };
    async function duringPush<T>(tag: string, deletion: (db: Database) => Promise<T>): Promise<T> {
      const { promise: stored, resolve } = Promise.withResolvers<void>();
      const pushing = deps.db.transaction().execute(async (trx) => {
        await putManifest(trx, { ...push, tags: [tag] });
        resolve();
        await sleep(100);
      });
      await stored;
      const outcome = await deps.db.transaction().execute(deletion);
      await pushing;
      return outcome;
    }
    assert.equal(await duringPush('new', (trx) => unlinkBlob(trx, 'beside/a', blob)), 'used');
    assert.equal((await findManifest(deps.db, 'beside/a', 'new'))?.digest, image);
    assert.equal(await duringPush('newer', (trx) => deleteManifest(trx, 'beside/a', image)), true);
    assert.equal(await findManifest(deps.db, 'beside/a', 'newer'), undefined);
  });

  test('the same image pushed many times at once is one image', async () => {
    const digests = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        deps.db.transaction().execute(async (trx) => {
          const bytes = json({ schemaVersion: 2, manifests: [], annotations: { race: 'yes' } });
          const tags = index % 2 ? ['b', 'a'] : ['a', 'b'];
          return putManifest(trx, { repository: 'race/a', bytes, mediaType: mediaTypes.imageIndex, tags });
        }),
      ),
    );
    assert.equal(new Set(digests.map((put) => put.digest)).size, 1);
    assert.equal(digests.filter((put) => put.created).length, 1);
  });
});
