import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { collect } from '#kernel/async.ts';
import { testDatabase } from '#testkit/database.ts';
import { withoutPeers } from '#testkit/peers.ts';
import { startS3 } from '#testkit/s3.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { blobStoreSuite } from './blob-store.suite.ts';
import { diskBlobs } from './disk.ts';
import { blobsMigrations } from './migrations/index.ts';
import { s3Blobs, s3Redirects } from './s3.ts';
import { createClient, S3Bucket } from './s3-bucket.ts';

const skip = withoutPeers('versitygw');

describe('over a real S3 server', { skip }, () => {
  blobStoreSuite('s3', async () => {
    const s3 = await startS3();
    await s3.createBucket('images');
    const db = await testDatabase(blobsMigrations);
    const { endpoint, credentials } = s3;
    const options = {
      bucket: 'images',
      prefix: 'assay/',
      region: 'us-east-1',
      endpoint,
      pathStyle: true,
      credentials,
      db,
    };
    const [store, other] = [await s3Blobs(options), await s3Blobs(options)];
    return {
      store,
      other,
      async close() {
        store[Symbol.dispose]();
        other[Symbol.dispose]();
        await db.destroy();
        await s3[Symbol.asyncDispose]();
      },
    };
  });

  test('a redirect gives the bytes to whoever has it, and nothing without its signature', async () => {
    await using s3 = await startS3();
    await s3.createBucket('images');
    const db = await testDatabase(blobsMigrations);
    const { endpoint, credentials } = s3;
    const options = { bucket: 'images', prefix: 'a/b/', endpoint, pathStyle: true, credentials };
    using store = await s3Blobs({ ...options, db });
    const bytes = randomBytes(100_000);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
    const id = await store.startUpload('');
    await store.appendUpload(id, Readable.from([bytes]), 0);
    await store.finishUpload(id, digest);
    const address = await s3Redirects(options).redirectFor(digest);
    const answer = await fetch(address, { headers: { range: 'bytes=10-19' } });
    assert.equal(answer.status, 206);
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes.subarray(10, 20));
    assert.equal((await fetch(new URL(new URL(address).pathname, endpoint))).status, 403);
    await db.destroy();
  });

  test("a data folder's files, copied into the bucket by any client, are its blobs", async () => {
    await using s3 = await startS3();
    await using folder = await temporaryFolder();
    await s3.createBucket('images');
    const db = await testDatabase(blobsMigrations);
    const options = { bucket: 'images', prefix: 'assay/', pathStyle: true, ...s3 };
    const bytes = randomBytes(100_000);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as const;
    const disk = await diskBlobs(folder.path);
    const id = await disk.startUpload('');
    await disk.appendUpload(id, Readable.from([bytes]), 0);
    await disk.finishUpload(id, digest);
    const client = createClient(options);
    const bucket = new S3Bucket(client, options);
    for (const file of globSync('blobs/*/*/*', { cwd: folder.path })) {
      await bucket.put(file, readFileSync(join(folder.path, file)));
    }
    client.destroy();
    using store = await s3Blobs({ ...options, db });
    assert.deepEqual(await collect(store.list()), [digest]);
    assert.deepEqual(Buffer.concat(await collect((await store.open(digest)) as AsyncIterable<Buffer>)), bytes);
    await db.destroy();
  });
});
