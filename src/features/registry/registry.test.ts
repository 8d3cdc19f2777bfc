import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { collect, sleep } from '#kernel/async.ts';
import type { Digest } from '#kernel/digest.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import {
  attachArtifact,
  type BlobDeps,
  childrenOf,
  consumersOf,
  deleteManifest,
  deleteTag,
  digestOf,
  findBlob,
  findManifest,
  getManifestByDigest,
  imageSize,
  linkBlob,
  linkImage,
  listReferrers,
  listRepositories,
  listTags,
  moveTag,
  openBlob,
  parentsOf,
  putBlobBytes,
  putManifest,
  readBlob,
  recordPull,
  recordPulls,
  registryMigrations,
  repositoriesOf,
  repositoriesWithBlob,
  tagsOf,
  unlinkBlob,
  unlinkManifest,
} from './index.ts';

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function descriptor(mediaType: string, bytes: Uint8Array, more: object = {}) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length, ...more };
}

describe('registry', () => {
  let deps: BlobDeps;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  before(async () => {
    folder = await temporaryFolder();
    deps = { db: await testDatabase(registryMigrations), blobs: await diskBlobs(folder.path) };
  });
  after(async () => {
    await deps.db.destroy();
    await folder[Symbol.asyncDispose]();
  });

  async function pushImage(repository: string, layer: string, tags: readonly string[] = []): Promise<Digest> {
    const config = json({ os: 'linux', of: layer });
    const bytes = Buffer.from(layer);
    await putBlobBytes(deps, repository, config);
    await putBlobBytes(deps, repository, bytes);
    const manifest = json({
      schemaVersion: 2,
      config: descriptor(mediaTypes.imageConfig, config),
      layers: [descriptor(mediaTypes.layerTar, bytes)],
    });
    return (await putManifest(deps.db, { repository, bytes: manifest, mediaType: mediaTypes.imageManifest, tags }))
      .digest;
  }

  async function pushIndex(repository: string, children: readonly Digest[], tags: readonly string[] = []) {
    const manifests = children.map((digest) => ({ mediaType: mediaTypes.imageManifest, digest, size: 1 }));
    const bytes = json({ schemaVersion: 2, manifests });
    return (await putManifest(deps.db, { repository, bytes, mediaType: mediaTypes.imageIndex, tags })).digest;
  }

  async function attach(repository: string, subject: Digest, artifactType: string): Promise<Digest> {
    const payload = Buffer.from(`${artifactType} of ${subject}`);
    const empty = Buffer.from('{}');
    const manifest = json({
      schemaVersion: 2,
      artifactType,
      config: descriptor(mediaTypes.empty, empty),
      layers: [descriptor('text/plain', payload)],
      subject: { mediaType: mediaTypes.imageManifest, digest: subject, size: 1 },
      annotations: { of: subject },
    });
    const blobs = [empty, payload].map((bytes) => ({ digest: digestOf(bytes), bytes }));
    return (
      await attachArtifact(deps, repository, {
        manifest,
        mediaType: mediaTypes.imageManifest,
        blobs,
        pushedBy: 'assay',
      })
    ).digest;
  }

  test('a manifest is found by tag and by digest with its bytes as they were sent', async () => {
    const digest = await pushImage('find/a', 'layer', ['1', 'latest']);
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

  test('a manifest with a missing blob is refused, with missing layers it can be allowed', async () => {
    const config = json({ sparse: true });
    const layer = Buffer.from('nowhere');
    const bytes = json({
      schemaVersion: 2,
      config: descriptor(mediaTypes.imageConfig, config),
      layers: [descriptor(mediaTypes.layerTar, layer)],
    });
    const manifest = { repository: 'sparse/a', bytes, mediaType: mediaTypes.imageManifest };
    await assert.rejects(putManifest(deps.db, { ...manifest, allowMissingBlobs: true }), {
      code: 'MANIFEST_BLOB_UNKNOWN',
    });
    await putBlobBytes(deps, 'sparse/a', config);
    await assert.rejects(putManifest(deps.db, manifest), { code: 'MANIFEST_BLOB_UNKNOWN' });
    assert.equal((await putManifest(deps.db, { ...manifest, allowMissingBlobs: true })).created, true);
  });

  test('a blob of another repository does not count as present', async () => {
    await pushImage('own/a', 'own layer');
    const layer = Buffer.from('own layer');
    const config = json({ os: 'linux', of: 'own layer' });
    const bytes = json({
      schemaVersion: 2,
      config: descriptor(mediaTypes.imageConfig, config),
      layers: [descriptor(mediaTypes.layerTar, layer)],
    });
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

  test('annotations that no database can hold are stored as near as can be, and the bytes as they are', async () => {
    const bytes = Buffer.from('{"schemaVersion":2,"manifests":[],"annotations":{"a\\u0000":"\\ud800"}}');
    await putManifest(deps.db, { repository: 'odd/a', bytes, mediaType: mediaTypes.imageIndex, tags: ['1'] });
    const found = await findManifest(deps.db, 'odd/a', '1');
    assert.deepEqual(found?.annotations, { 'a\ufffd': '\ufffd' });
    assert.deepEqual(found.bytes, bytes);
  });

  test('tags are listed in the order of their bytes, page by page', async () => {
    const digest = await pushImage('tags/a', 'tagged', ['b', 'B', 'a', '10', '9', '_']);
    const names = async (page?: Parameters<typeof listTags>[2]) =>
      (await listTags(deps.db, 'tags/a', page)).map((tag) => tag.name);
    assert.deepEqual(await names(), ['10', '9', 'B', '_', 'a', 'b']);
    assert.deepEqual(await names({ limit: 2 }), ['10', '9']);
    assert.deepEqual(await names({ after: 'B', limit: 2 }), ['_', 'a']);
    assert.deepEqual(await names({ after: 'b' }), []);
    assert.deepEqual(await tagsOf(deps.db, 'tags/a', digest), ['10', '9', 'B', '_', 'a', 'b']);
  });

  test('a tag moves only to what its repository has, and goes without its manifest', async () => {
    const one = await pushImage('move/a', 'one', ['x']);
    const two = await pushImage('move/a', 'two');
    await moveTag(deps.db, 'move/a', 'x', two);
    assert.equal((await findManifest(deps.db, 'move/a', 'x'))?.digest, two);
    const foreign = await pushImage('move/b', 'three');
    await assert.rejects(moveTag(deps.db, 'move/a', 'x', foreign), { code: 'MANIFEST_UNKNOWN' });
    assert.equal(await deleteTag(deps.db, 'move/a', 'x'), two);
    assert.equal(await deleteTag(deps.db, 'move/a', 'x'), undefined);
    assert.ok(await findManifest(deps.db, 'move/a', two));
    await moveTag(deps.db, 'move/a', 'y', one);
    assert.equal(await deleteManifest(deps.db, 'move/a', one), true);
    assert.equal(await deleteManifest(deps.db, 'move/a', one), false);
    assert.equal(await findManifest(deps.db, 'move/a', 'y'), undefined);
  });

  test('an index knows its children, a child its parents in the repository', async () => {
    const a = await pushImage('index/a', 'platform a');
    const b = await pushImage('index/a', 'platform b');
    const index = await pushIndex('index/a', [b, a], ['multi']);
    assert.deepEqual(await childrenOf(deps.db, index), [b, a]);
    assert.deepEqual(await parentsOf(deps.db, 'index/a', a), [index]);
    assert.deepEqual(await parentsOf(deps.db, 'index/b', a), []);
    const sizes = ['platform a', 'platform b'].map((of) => of.length + json({ os: 'linux', of }).length);
    assert.equal(await imageSize(deps.db, index), (sizes[0] ?? 0) + (sizes[1] ?? 0));
  });

  test('referrers are listed by type and page by page, before their subject exists too', async () => {
    const subject = digestOf(Buffer.from('not pushed'));
    const [a, b, c] = [
      await attach('refer/a', subject, 'application/x'),
      await attach('refer/a', subject, 'application/y'),
      await attach('refer/a', subject, 'application/z'),
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

  test('an image with chosen referrers appears in another repository and leaves it again', async () => {
    const child = await pushImage('staging/app', 'app');
    const sparse = digestOf(Buffer.from('platform that was not pushed'));
    const index = await pushIndex('staging/app', [child, sparse], ['1']);
    const sbom = await attach('staging/app', child, 'application/sbom');
    const signature = await attach('staging/app', sbom, 'application/signature');
    const planted = await attach('staging/app', index, 'application/report');
    const image = { from: 'staging/app', to: 'golden/app', digest: index };
    const linked = await linkImage(deps.db, image, (referrer) => referrer.artifactType !== 'application/report');
    assert.deepEqual([...linked].sort(), [child, index, sbom, signature].sort());
    assert.equal(await findManifest(deps.db, 'golden/app', planted), undefined);
    assert.equal((await findManifest(deps.db, 'golden/app', signature))?.digest, signature);
    assert.ok(await findBlob(deps.db, 'golden/app', digestOf(Buffer.from('app'))));
    assert.deepEqual(await repositoriesOf(deps.db, child), ['golden/app', 'staging/app']);
    assert.deepEqual(await linkImage(deps.db, image, (referrer) => referrer.artifactType !== 'application/report'), []);

    await moveTag(deps.db, 'golden/app', '1', index);
    const other = await pushIndex('golden/app', [child], ['2']);
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
    const image = await pushImage('used/a', 'used');
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

  test('repositories are listed by name, those that hold nothing are not', async () => {
    for (const name of ['list/b', 'list/a', 'list/a-b', 'list/a/b', 'listed']) await pushIndex(name, []);
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

  test('pulls are counted by who, what and how', async () => {
    const digest = digestOf(Buffer.from('pulled'));
    const pull = { repository: 'pull/a', digest, tag: '1', principal: 'team-a' };
    await recordPull(deps.db, pull, new Date('2026-01-01T00:00:00Z'));
    await recordPulls(deps.db, [
      { ...pull, count: 4, lastAt: new Date('2026-01-03T00:00:00Z') },
      { ...pull, tag: null, principal: 'team-b', count: 1, lastAt: new Date('2026-01-02T00:00:00Z') },
    ]);
    const consumers = await consumersOf(deps.db, 'pull/a');
    assert.deepEqual(
      consumers.map(({ principal, tag, count, firstAt, lastAt }) => [
        principal,
        tag,
        count,
        firstAt.toISOString().slice(0, 10),
        lastAt.toISOString().slice(0, 10),
      ]),
      [
        ['team-a', '1', 5, '2026-01-01', '2026-01-03'],
        ['team-b', null, 1, '2026-01-02', '2026-01-02'],
      ],
    );
    assert.deepEqual(await consumersOf(deps.db, 'pull/a', digestOf(Buffer.from('else'))), []);
  });

  test('a deletion waits for the push beside it', async () => {
    const image = await pushImage('beside/a', 'beside', ['old']);
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
