import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import {
  type BlobDeps,
  deleteManifest,
  findBlob,
  findManifest,
  linkBlob,
  openBlob,
  putBlobBytes,
  putManifest,
  registryMigrations,
} from '#features/registry/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { collect } from '#kernel/async.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { testDatabase } from '#testkit/database.ts';
import { configOf, imageOf, json, RegistryImages } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { collectGarbage } from './collect-garbage.ts';

const PUSHERS = 6;
const ROUNDS = 25;
/** A client whose push is refused because something is missing pushes again, blobs first. */
const TRIES = 40;

let deps: BlobDeps;

/** Collects without any delay as long as the work lasts: everything is garbage at once. */
async function whileCollecting(work: Promise<unknown>): Promise<number> {
  const garbage = { delayMs: 0, publishGraceMs: 0, collectsMissingSubjects: false };
  let isOver = false;
  let removed = 0;
  const done = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const { counts } = await collectGarbage({ ...deps, garbage }, new AbortController().signal, async () => undefined);
    removed += counts.bytes + counts['manifest-link'] + counts['blob-link'];
  }
  await done;
  return removed;
}

async function untilAccepted<T>(push: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await push();
    } catch (error) {
      const isExpected = error instanceof AppError && /^(?:MANIFEST_BLOB_UNKNOWN|unavailable)$/.test(error.code);
      if (!isExpected || attempt === TRIES) throw error;
    }
  }
}

async function assertWhole(repository: string, digest: Digest, blobs: readonly Digest[], layer: Buffer): Promise<void> {
  assert.ok(await findManifest(deps.db, repository, digest), `${digest} is in ${repository}`);
  for (const blob of blobs) assert.ok(await findBlob(deps.db, repository, blob), `${blob} is in ${repository}`);
  const [, last = digest] = blobs;
  assert.ok(Buffer.concat(await collect((await openBlob(deps, last)) as AsyncIterable<Buffer>)).equals(layer));
}

/** Each pusher its own repository and tag, all of them the same few layers, which nobody else keeps. */
async function pushAndDelete(pusher: number, layers: readonly Buffer[], how: 'push' | 'mount'): Promise<void> {
  const repository = `staging/${how}-${pusher}`;
  for (let round = 0; round < ROUNDS; round += 1) {
    const layer = layers[(round + pusher) % layers.length] ?? Buffer.alloc(0);
    const config = configOf(`${pusher} ${round}`);
    const bytes = imageOf(config, layer);
    const { digest, blobs } = await untilAccepted(async () => {
      const blobs = [await putBlobBytes(deps, repository, config), await bring(repository, layer, how)];
      const given = { repository, bytes, mediaType: mediaTypes.imageManifest, tags: ['it'] };
      const { digest } = await deps.db.transaction().execute((trx) => putManifest(trx, given));
      return { digest, blobs };
    });
    await assertWhole(repository, digest, blobs, layer);
    await deleteManifest(deps.db, repository, digest);
  }
}

async function bring(repository: string, layer: Buffer, how: 'push' | 'mount'): Promise<Digest> {
  if (how === 'push') return putBlobBytes(deps, repository, layer);
  const digest = await putBlobBytes(deps, `${repository}/source`, layer);
  return (await linkBlob(deps.db, repository, digest)) ? digest : putBlobBytes(deps, repository, layer);
}

describe('collecting garbage beside pushes', () => {
  let close: () => Promise<void>;
  before(async () => {
    const folder = await temporaryFolder();
    const db = await testDatabase(registryMigrations);
    deps = { db, blobs: await diskBlobs(folder.path) };
    close = async () => {
      await db.destroy();
      await folder[Symbol.asyncDispose]();
    };
  });
  after(() => close());

  for (const how of ['push', 'mount'] as const) {
    test(`what a ${how} was promised is there, though the same bytes are being removed all the time`, async (t) => {
      const layers = [randomBytes(80_000), randomBytes(90_000)];
      const pushers = Array.from({ length: PUSHERS }, (_, pusher) => pushAndDelete(pusher, layers, how));
      const removed = await whileCollecting(Promise.all(pushers));
      t.diagnostic(`${removed} removals beside ${PUSHERS * ROUNDS} pushes`);
      assert.ok(removed > 0);
    });
  }

  test('an index keeps the platform manifests that it found, though they were about to go', async () => {
    const images = new RegistryImages(deps);
    const repository = 'staging/indexes';
    async function indexes(name: string): Promise<void> {
      for (let round = 0; round < ROUNDS; round += 1) {
        const child = await images.pushImage(repository, `${name} ${round}`);
        const first = await images.pushIndex(repository, [child]);
        await deleteManifest(deps.db, repository, first);
        // The platform manifest is a candidate now; another index may still find it.
        const bytes = json({
          schemaVersion: 2,
          manifests: [{ mediaType: mediaTypes.imageManifest, digest: child, size: 1 }],
          annotations: { name, round: String(round) },
        });
        const found = await deps.db.transaction().execute(async (trx) => {
          await putManifest(trx, { repository, bytes, mediaType: mediaTypes.imageIndex, tags: [`${name}-${round}`] });
          return (await findManifest(trx, repository, child)) !== undefined;
        });
        await new Promise(setImmediate);
        assert.equal((await findManifest(deps.db, repository, child)) !== undefined, found);
      }
    }
    await whileCollecting(Promise.all(['a', 'b', 'c', 'd'].map(indexes)));
  });

  test('at the end nothing is left, neither rows nor bytes', async () => {
    await whileCollecting(Promise.resolve());
    const stored = await collect(deps.blobs.list());
    assert.deepEqual(stored, []);
  });
});
