import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { collect } from '#kernel/async.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { testDatabase } from '#testkit/database.ts';
import { type Fault, type FaultyProxy, startFaultyProxy } from '#testkit/faulty-proxy.ts';
import { withoutPeers } from '#testkit/peers.ts';
import { startS3, type TestS3 } from '#testkit/s3.ts';
import type { BlobStore } from './blob-store.ts';
import { blobsMigrations } from './migrations/index.ts';
import { s3Blobs } from './s3.ts';
import { createClient, S3Bucket } from './s3-bucket.ts';

const faults: readonly Fault[] = ['error-500', 'slow-down', 'reset', 'lost-answer', 'truncated', 'hang'];
const LARGE_BYTES = 9_000_000;
const TRY_TIMEOUT_MS = 1_000;

function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function* pieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

async function put(store: BlobStore, bytes: Buffer): Promise<Digest> {
  const id = await store.startUpload('');
  await store.appendUpload(id, pieces(bytes), 0);
  await store.finishUpload(id, digestOf(bytes));
  return digestOf(bytes);
}

async function read(store: BlobStore, digest: Digest): Promise<Buffer> {
  const stream = await store.open(digest);
  assert.ok(stream, `${digest} is missing`);
  return Buffer.concat(await collect(stream as AsyncIterable<Buffer>));
}

describe('an object store that fails', { skip: withoutPeers('versitygw') }, () => {
  let s3: TestS3;
  let proxy: FaultyProxy;
  /** Through the proxy, and beside it. */
  let store: BlobStore & Disposable;
  let witness: BlobStore & Disposable;
  let openThroughProxy: () => Promise<BlobStore & Disposable>;
  const stack = new AsyncDisposableStack();

  before(async () => {
    s3 = stack.use(await startS3());
    await s3.createBucket('images');
    proxy = stack.use(await startFaultyProxy(s3.endpoint));
    const db = stack.adopt(await testDatabase(blobsMigrations), (opened) => opened.destroy());
    const options = { bucket: 'images', prefix: '', pathStyle: true, credentials: s3.credentials, db };
    witness = stack.use(await s3Blobs({ ...options, endpoint: s3.endpoint }));
    openThroughProxy = () => s3Blobs({ ...options, endpoint: proxy.endpoint, tryTimeoutMs: TRY_TIMEOUT_MS });
    store = stack.use(await openThroughProxy());
  });
  after(() => stack.disposeAsync());

  /** The first request that `isHit` names fails once, then all pass. */
  function failOnce(fault: Fault, isHit: (method: string, path: string) => boolean): () => boolean {
    let isDone = false;
    proxy.plan = ({ method, path }) => {
      if (isDone || !isHit(method, path)) return undefined;
      isDone = true;
      return fault;
    };
    return () => isDone;
  }

  const some: readonly Fault[] = ['slow-down', 'lost-answer'];
  const requests: readonly [string, (method: string, path: string) => boolean, readonly Fault[]][] = [
    ['the beginning of a multipart upload', (method, path) => method === 'POST' && path.includes('uploads='), some],
    ['a part', (method, path) => method === 'PUT' && path.includes('partNumber='), faults],
    ['the completion', (method, path) => method === 'POST' && path.includes('uploadId='), faults],
    ['a piece', (method, path) => method === 'PUT' && /uploads\/\.[^/]+\/[0-9a-f-]{36}/.test(path), some],
    ['the copy to the digest', (method, path) => method === 'PUT' && path.includes('/blobs/'), some],
  ];
  for (const [name, isHit, itsFaults] of requests) {
    for (const fault of itsFaults) {
      test(`${fault} at ${name}: the push succeeds all the same`, async () => {
        const bytes = randomBytes(LARGE_BYTES);
        const hasFailed = failOnce(fault, isHit);
        const digest = await put(store, bytes);
        assert.ok(hasFailed(), 'the fault never came');
        assert.ok((await read(witness, digest)).equals(bytes));
      });
    }
  }

  for (const fault of faults) {
    test(`${fault} at a read: every byte arrives once`, async () => {
      const bytes = randomBytes(3_000_000);
      const digest = await put(witness, bytes);
      const hasFailed = failOnce(fault, (method) => method === 'GET');
      assert.ok((await read(store, digest)).equals(bytes));
      assert.ok(hasFailed());
    });
  }

  test('a body that is cut off again and again still arrives whole, because each time it goes on', async () => {
    const bytes = randomBytes(1_000_000);
    const digest = await put(witness, bytes);
    proxy.plan = ({ method }) => (method === 'GET' && Math.random() < 0.8 ? 'truncated' : undefined);
    assert.ok((await read(store, digest)).equals(bytes));
  });

  for (const fault of faults) {
    test(`${fault} for good: a sentence in bounded time, and nothing half done`, async () => {
      const bytes = randomBytes(100_000);
      const kept = await put(witness, randomBytes(100_000));
      const id = await store.startUpload('');
      proxy.plan = () => fault;
      for (const attempt of [
        () => store.appendUpload(id, pieces(bytes), 0),
        () => read(store, kept),
        () => collect(store.list()),
      ]) {
        await assert.rejects(attempt(), { code: 'unavailable', message: /^cannot [a-z ]+: ./ });
      }
      assert.equal(await witness.stat(digestOf(bytes)), undefined);
      proxy.plan = () => undefined;
      // What the failed request brought is not lost track of: the upload is where it was.
      const { sizeBytes } = (await store.findUpload(id)) ?? { sizeBytes: -1 };
      assert.equal(sizeBytes, 0);
      await store.appendUpload(id, pieces(bytes), 0);
      await store.finishUpload(id, digestOf(bytes));
      assert.ok((await read(witness, digestOf(bytes))).equals(bytes));
    });
  }

  test('under random faults every answer is right: done and whole, or a clear error and nothing to see', async (t) => {
    const counts = { done: 0, refused: 0 };
    let seed = 7;
    const random = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    };
    // A client of its own: the one above has used up its retries.
    using fresh = await openThroughProxy();
    proxy.plan = () => (random() < 0.2 ? faults[Math.floor(random() * (faults.length - 1))] : undefined);
    const blobs = Array.from({ length: 24 }, (_, index) => randomBytes(index % 4 === 0 ? LARGE_BYTES : 50_000));
    await Promise.all(
      blobs.map(async (bytes) => {
        try {
          await put(fresh, bytes);
          counts.done += 1;
          assert.ok((await read(witness, digestOf(bytes))).equals(bytes));
        } catch (error) {
          assert.ok(error instanceof AppError, String(error));
          counts.refused += 1;
          const found = await witness.stat(digestOf(bytes));
          assert.ok(found === undefined || found.sizeBytes === bytes.length);
        }
      }),
    );
    proxy.plan = () => undefined;
    t.diagnostic(`${counts.done} done, ${counts.refused} refused, ${proxy.requests.length} requests in all`);
    assert.ok(counts.done > 0);
  });

  test('what failed uploads left behind is swept', async () => {
    proxy.plan = () => undefined;
    await store.sweepUploads(new Date(Date.now() + 60_000));
    const options = { bucket: 'images', prefix: '', pathStyle: true, ...s3 };
    const client = createClient(options);
    const bucket = new S3Bucket(client, options);
    assert.deepEqual(await collect(bucket.list('uploads/')), []);
    assert.deepEqual(await collect(bucket.listMultiparts('')), []);
    client.destroy();
  });

  test('a wrong bucket, a wrong key and a wrong address are told apart in words', async () => {
    const { db, ...rest } = {
      db: await testDatabase(blobsMigrations),
      endpoint: s3.endpoint,
      prefix: '',
      pathStyle: true,
    };
    const options = { ...rest, db, bucket: 'images', credentials: s3.credentials };
    const wrongKey = { accessKeyId: 'test', secretAccessKey: 'wrong-wrong' };
    await assert.rejects(s3Blobs({ ...options, bucket: 'nowhere' }), { message: /bucket does not exist; create it/ });
    await assert.rejects(s3Blobs({ ...options, credentials: wrongKey }), { message: /refuses our credentials/ });
    await assert.rejects(s3Blobs({ ...options, endpoint: 'http://127.0.0.1:1' }), { message: /nothing answers/ });
    await db.destroy();
  });
});
