import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { collect } from '#kernel/async.ts';
import type { Digest } from '#kernel/digest.ts';
import type { BlobStore, ByteRange } from './blob-store.ts';

export interface BlobStoreUnderTest {
  readonly store: BlobStore;
  /** The same content as another process would open it. */
  readonly other: BlobStore;
  close(): Promise<void>;
}

function digestOf(bytes: Uint8Array, algorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

async function* pieces(bytes: Buffer, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function* broken(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw new Error('the client went away');
}

async function put(store: BlobStore, bytes: Buffer, algorithm?: string): Promise<Digest> {
  const digest = digestOf(bytes, algorithm);
  const id = await store.startUpload('');
  await store.appendUpload(id, pieces(bytes), 0);
  await store.finishUpload(id, digest);
  return digest;
}

async function read(store: BlobStore, digest: Digest, range?: ByteRange): Promise<Buffer | undefined> {
  const stream = await store.open(digest, range);
  return stream && Buffer.concat(await collect(stream as AsyncIterable<Buffer>));
}

/** What every blob store must do; run by each implementation's test. */
export function blobStoreSuite(name: string, open: () => Promise<BlobStoreUnderTest>): void {
  describe(`blob store ${name}`, () => {
    let world: BlobStoreUnderTest;
    before(async () => {
      world = await open();
    });
    after(() => world.close());

    for (const [algorithm, size] of [
      ['sha256', 0],
      ['sha256', 12_345],
      ['sha256', 3_000_000],
      ['sha512', 12_345],
    ] as const) {
      test(`a blob of ${size} bytes is found under its ${algorithm} digest`, async () => {
        const bytes = randomBytes(size);
        const digest = await put(world.store, bytes, algorithm);
        assert.deepEqual(await read(world.other, digest), bytes);
        assert.equal((await world.other.stat(digest))?.sizeBytes, size);
      });
    }

    test('a range gives its bytes, both ends included', async () => {
      const bytes = randomBytes(5000);
      const digest = await put(world.store, bytes);
      assert.deepEqual(await read(world.store, digest, { start: 10, end: 19 }), bytes.subarray(10, 20));
      assert.deepEqual(await read(world.store, digest, { start: 4999, end: 4999 }), bytes.subarray(4999));
    });

    test('an unknown blob is undefined, and deleting it says so', async () => {
      const digest = digestOf(randomBytes(8));
      assert.equal(await world.store.stat(digest), undefined);
      assert.equal(await world.store.open(digest), undefined);
      assert.equal(await world.store.delete(digest), false);
    });

    test('bytes with another digest are never published, and the upload can still be finished', async () => {
      const bytes = randomBytes(100);
      const wrong = digestOf(randomBytes(100));
      const id = await world.store.startUpload('');
      await world.store.appendUpload(id, pieces(bytes), 0);
      await assert.rejects(world.store.finishUpload(id, wrong), { code: 'DIGEST_INVALID' });
      assert.equal(await world.store.stat(wrong), undefined);
      await world.store.finishUpload(id, digestOf(bytes));
      assert.deepEqual(await read(world.store, digestOf(bytes)), bytes);
    });

    test('an upload is resumed on another process, in turn', async () => {
      const bytes = randomBytes(9000);
      const id = await world.store.startUpload('scope');
      assert.match(id, /^scope\./);
      assert.equal(await world.store.appendUpload(id, pieces(bytes.subarray(0, 4000)), 0), 4000);
      assert.equal(await world.other.appendUpload(id, pieces(bytes.subarray(4000, 7000)), 4000), 7000);
      assert.equal(await world.store.appendUpload(id, pieces(bytes.subarray(7000)), 7000), 9000);
      assert.deepEqual(await world.other.findUpload(id), { sizeBytes: 9000 });
      assert.deepEqual(await world.other.readUpload(id), bytes);
      assert.deepEqual(await world.other.finishUpload(id, digestOf(bytes)), { sizeBytes: 9000 });
      assert.deepEqual(await read(world.store, digestOf(bytes)), bytes);
      assert.equal(await world.store.findUpload(id), undefined);
    });

    test('bytes at the wrong offset are refused and change nothing', async () => {
      const bytes = randomBytes(3000);
      const id = await world.store.startUpload('');
      await world.store.appendUpload(id, pieces(bytes.subarray(0, 1000)), 0);
      for (const offset of [0, 999, 2000]) {
        await assert.rejects(world.store.appendUpload(id, pieces(bytes), offset), { code: 'RANGE_INVALID' });
      }
      await world.store.appendUpload(id, pieces(bytes.subarray(1000)), 1000);
      await world.store.finishUpload(id, digestOf(bytes));
    });

    test('what a broken writer sent stays, and the upload goes on from there', async () => {
      const bytes = randomBytes(2000);
      const id = await world.store.startUpload('');
      await assert.rejects(world.store.appendUpload(id, broken(bytes.subarray(0, 500)), 0), /went away/);
      assert.deepEqual(await world.other.findUpload(id), { sizeBytes: 500 });
      await world.other.appendUpload(id, pieces(bytes.subarray(500)), 500);
      await world.store.finishUpload(id, digestOf(bytes));
      assert.deepEqual(await read(world.store, digestOf(bytes)), bytes);
    });

    test('a second writer of the same upload is turned away', async () => {
      const bytes = randomBytes(1000);
      const id = await world.store.startUpload('');
      let proceed = () => {};
      const gate = new Promise<void>((resolve) => {
        proceed = resolve;
      });
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield bytes.subarray(0, 500);
        await gate;
        yield bytes.subarray(500);
      }
      const first = world.store.appendUpload(id, slow(), 0);
      while (await world.other.findUpload(id)) await new Promise(setImmediate);
      await assert.rejects(world.other.appendUpload(id, pieces(bytes), 0), { code: 'BLOB_UPLOAD_UNKNOWN' });
      proceed();
      assert.equal(await first, 1000);
      await world.other.finishUpload(id, digestOf(bytes));
    });

    test('a blob that is published again is as old as its last publication', async () => {
      const bytes = randomBytes(1000);
      const digest = await put(world.store, bytes);
      const first = (await world.other.stat(digest))?.publishedAt.getTime() ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await put(world.other, bytes);
      const second = (await world.store.stat(digest))?.publishedAt.getTime() ?? 0;
      assert.ok(second - first >= 1000, `${first} and ${second}`);
    });

    test('what is set aside is no longer found, and can be published again', async () => {
      const bytes = randomBytes(1000);
      const digest = await put(world.store, bytes);
      assert.equal(await world.store.setAside(digest), true);
      assert.equal(await world.other.stat(digest), undefined);
      assert.equal(await world.other.open(digest), undefined);
      assert.deepEqual(await collect(world.other.list(digest)), []);
      assert.equal(await world.other.setAside(digest), false);
      await put(world.other, bytes);
      assert.deepEqual(await read(world.store, digest), bytes);
      assert.equal(await world.other.setAside(digest), true);
    });

    test('a large blob is written by two processes in turn, in pieces of no particular size', async () => {
      const bytes = randomBytes(21_000_001);
      const id = await world.store.startUpload('');
      const cuts = [0, 100, 5_000_000, 8_388_608, 8_388_609, 20_000_000, bytes.length];
      for (const [index, start] of cuts.slice(0, -1).entries()) {
        const writer = index % 2 === 0 ? world.store : world.other;
        const end = cuts[index + 1] ?? 0;
        assert.equal(await writer.appendUpload(id, pieces(bytes.subarray(start, end), 65_536), start), end);
      }
      await world.store.finishUpload(id, digestOf(bytes));
      assert.ok((await read(world.other, digestOf(bytes)))?.equals(bytes));
      const range = { start: 8_388_600, end: 16_777_300 };
      assert.ok((await read(world.other, digestOf(bytes), range))?.equals(bytes.subarray(range.start, range.end + 1)));
    });

    test('a large upload that was finished under a wrong digest goes on, on another process too', async () => {
      const bytes = randomBytes(19_000_000);
      const wrong = digestOf(randomBytes(10));
      const id = await world.store.startUpload('');
      await world.store.appendUpload(id, pieces(bytes.subarray(0, 17_000_000), 65_536), 0);
      await assert.rejects(world.other.finishUpload(id, wrong), { code: 'DIGEST_INVALID' });
      assert.deepEqual(await world.store.findUpload(id), { sizeBytes: 17_000_000 });
      assert.equal(
        await world.store.appendUpload(id, pieces(bytes.subarray(17_000_000), 65_536), 17_000_000),
        bytes.length,
      );
      await assert.rejects(world.store.finishUpload(id, wrong), { code: 'DIGEST_INVALID' });
      assert.deepEqual(await world.other.finishUpload(id, digestOf(bytes, 'sha512')), { sizeBytes: bytes.length });
      assert.equal(await world.store.stat(wrong), undefined);
      assert.ok((await read(world.store, digestOf(bytes, 'sha512')))?.equals(bytes));
    });

    test('an upload in many tiny chunks is whole', async () => {
      const bytes = randomBytes(70_000);
      const id = await world.store.startUpload('');
      for (let at = 0; at < bytes.length; at += 1000) {
        await world.store.appendUpload(id, pieces(bytes.subarray(at, at + 1000), 300), at);
      }
      assert.deepEqual(await world.other.readUpload(id), bytes);
      await world.other.finishUpload(id, digestOf(bytes));
      assert.deepEqual(await read(world.store, digestOf(bytes)), bytes);
    });

    test('a large upload whose writer breaks off goes on where it stands, and nothing is visible until then', async () => {
      const bytes = randomBytes(18_000_000);
      const id = await world.store.startUpload('');
      await assert.rejects(world.store.appendUpload(id, broken(bytes.subarray(0, 9_000_000)), 0), /went away/);
      const found = await world.other.findUpload(id);
      assert.deepEqual(found, { sizeBytes: 9_000_000 });
      assert.equal(await world.store.stat(digestOf(bytes)), undefined);
      await world.other.appendUpload(id, pieces(bytes.subarray(9_000_000), 65_536), 9_000_000);
      await world.other.finishUpload(id, digestOf(bytes));
      assert.ok((await read(world.store, digestOf(bytes)))?.equals(bytes));
    });

    test('of two that finish one upload at once at least one succeeds, and none leaves it half done', async () => {
      const bytes = randomBytes(9_000_000);
      const id = await world.store.startUpload('');
      await world.store.appendUpload(id, pieces(bytes, 65_536), 0);
      const outcomes = await Promise.allSettled(
        [world.store, world.other].map((store) => store.finishUpload(id, digestOf(bytes))),
      );
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'BLOB_UPLOAD_UNKNOWN');
      }
      assert.ok((await read(world.store, digestOf(bytes)))?.equals(bytes));
    });

    test('a stream that nobody reads can be destroyed', async () => {
      const digest = await put(world.store, randomBytes(3_000_000));
      const stream = await world.store.open(digest);
      stream?.destroy();
      assert.ok(stream?.destroyed);
    });

    test('many writers of the same digest all succeed', async () => {
      const bytes = randomBytes(200_000);
      await Promise.all([world.store, world.other, world.store, world.other].map((store) => put(store, bytes)));
      assert.deepEqual(await read(world.store, digestOf(bytes)), bytes);
    });

    test('a cancelled upload is gone, an unknown one was never there', async () => {
      const id = await world.store.startUpload('');
      assert.equal(await world.other.cancelUpload(id), true);
      assert.equal(await world.store.cancelUpload(id), false);
      for (const unknown of [id, '../../etc/passwd', '', '.']) {
        assert.equal(await world.store.findUpload(unknown), undefined);
        await assert.rejects(world.store.readUpload(unknown), { code: 'BLOB_UPLOAD_UNKNOWN' });
        await assert.rejects(world.store.appendUpload(unknown, pieces(Buffer.alloc(1)), 0), {
          code: 'BLOB_UPLOAD_UNKNOWN',
        });
      }
    });

    test('stale uploads are swept, fresh ones stay', async () => {
      const id = await world.store.startUpload('');
      assert.equal(await world.store.sweepUploads(new Date(Date.now() - 60_000)), 0);
      assert.ok(await world.store.findUpload(id));
      assert.ok((await world.store.sweepUploads(new Date(Date.now() + 60_000))) >= 1);
      assert.equal(await world.store.findUpload(id), undefined);
    });

    test('a list has every blob, or those with a prefix, and a deleted blob is not in it', async () => {
      const kept = await put(world.store, randomBytes(10));
      const deleted = await put(world.store, randomBytes(10));
      assert.equal(await world.other.delete(deleted), true);
      const all = await collect(world.store.list());
      assert.ok(all.includes(kept) && !all.includes(deleted));
      assert.deepEqual(await collect(world.store.list(kept.slice(0, 30))), [kept]);
      assert.ok((await collect(world.store.list('sha512:'))).every((digest) => digest.startsWith('sha512:')));
    });
  });
}
