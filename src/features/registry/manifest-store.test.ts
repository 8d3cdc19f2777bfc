import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { testDatabase } from '#testkit/database.ts';
import { configOf, RegistryImages } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import {
  type BlobDeps,
  childrenOf,
  digestOf,
  findManifest,
  getManifestByDigest,
  imageSize,
  listReferrers,
  listRepositories,
  parentsOf,
  putBlobBytes,
  putManifest,
  registryMigrations,
} from './index.ts';

describe('manifests in the registry', () => {
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

  test('a manifest is found by tag and by digest with its bytes as they were sent', async () => {
    const digest = await images.pushImage('find/a', 'layer', ['1', 'latest']);
    for (const reference of ['1', 'latest', digest]) {
      const found = await findManifest(deps.db, 'find/a', reference);
      assert.equal(found?.digest, digest);
      assert.equal(found.kind, 'image');
      assert.equal(digestOf(found.bytes), digest);
    }
    assert.equal(await findManifest(deps.db, 'find/a', '2'), undefined);
    assert.equal(await findManifest(deps.db, 'find/b', digest), undefined);
    assert.equal((await getManifestByDigest(deps.db, digest)).digest, digest);
    await assert.rejects(getManifestByDigest(deps.db, digestOf(Buffer.from('no'))), { code: 'MANIFEST_UNKNOWN' });
  });

  test('an index knows its children, a child its parents in the repository', async () => {
    const a = await images.pushImage('index/a', 'platform a');
    const b = await images.pushImage('index/a', 'platform b');
    const index = await images.pushIndex('index/a', [b, a], ['multi']);
    assert.deepEqual(await childrenOf(deps.db, index), [b, a]);
    assert.deepEqual(await parentsOf(deps.db, 'index/a', a), [index]);
    assert.deepEqual(await parentsOf(deps.db, 'index/b', a), []);
    const sizes = ['platform a', 'platform b'].map((of) => of.length + configOf(of).length);
    assert.equal(await imageSize(deps.db, index), (sizes[0] ?? 0) + (sizes[1] ?? 0));
  });

  test('referrers are listed by type and page by page, before their subject exists too', async () => {
    const subject = digestOf(Buffer.from('not pushed'));
    const [a, b, c] = [
      await images.attach('refer/a', subject, 'application/x'),
      await images.attach('refer/a', subject, 'application/y'),
      await images.attach('refer/a', subject, 'application/z'),
    ];
    const all = await listReferrers(deps.db, 'refer/a', subject);
    assert.deepEqual(
      all.referrers.map((referrer) => referrer.digest),
      [a, b, c].sort(),
    );
    assert.equal(all.next, undefined);
    const first = await listReferrers(deps.db, 'refer/a', subject, { limit: 2 });
    assert.equal(first.referrers.length, 2);
    const rest = await listReferrers(deps.db, 'refer/a', subject, { limit: 2, after: first.next ?? '' });
    assert.equal(rest.referrers.length, 1);
    const typed = await listReferrers(deps.db, 'refer/a', subject, { artifactType: 'application/y' });
    assert.deepEqual(
      typed.referrers.map((referrer) => [referrer.digest, referrer.annotations]),
      [[b, { of: subject }]],
    );
    assert.deepEqual((await listReferrers(deps.db, 'refer/b', subject)).referrers, []);
  });

  test('repositories are listed by name, those that hold nothing are not', async () => {
    for (const name of ['list/b', 'list/a', 'list/a-b', 'list/a/b', 'listed']) await images.pushIndex(name, []);
    await putBlobBytes(deps, 'list/empty', Buffer.from('x'));
    assert.deepEqual(await listRepositories(deps.db, { limit: 10, prefix: 'list/' }), [
      'list/a',
      'list/a-b',
      'list/a/b',
      'list/b',
    ]);
    assert.deepEqual(await listRepositories(deps.db, { limit: 2, prefix: 'list/', after: 'list/a' }), [
      'list/a-b',
      'list/a/b',
    ]);
  });

  test('annotations that no database can hold are stored as near as can be, and the bytes as they are', async () => {
    const bytes = Buffer.from('{"schemaVersion":2,"manifests":[],"annotations":{"a\\u0000":"\\ud800"}}');
    await putManifest(deps.db, { repository: 'odd/a', bytes, mediaType: mediaTypes.imageIndex, tags: ['1'] });
    const found = await findManifest(deps.db, 'odd/a', '1');
    assert.deepEqual(found?.annotations, { 'a\ufffd': '\ufffd' });
    assert.deepEqual(found.bytes, bytes);
  });
});
