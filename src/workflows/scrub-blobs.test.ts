import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, beforeEach, describe, test } from 'node:test';
import { sql } from 'kysely';
import {
  type BlobDeps,
  digestOf,
  findBlob,
  findScrubRound,
  getManifestByDigest,
  listScrubFindings,
  openBlob,
  openScrubRound,
  putBlobBytes,
  putManifest,
  readBlob,
  registryMigrations,
} from '#features/registry/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { Digest } from '#kernel/digest.ts';
import type { BlobStore } from '#platform/blobs/blob-store.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import type { JobRequest } from '#platform/queue/queue.ts';
import { testDatabase } from '#testkit/database.ts';
import { configOf, imageOf } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { collectGarbage } from './collect-garbage.ts';
import { type RepairSource, storeSource } from './repair-content.ts';
import { scrubBlobs } from './scrub-blobs.ts';
import type { ScrubSettings } from './scrub-range.ts';

const noStep = async (): Promise<void> => undefined;
const never = new AbortController().signal;

let deps: BlobDeps;
let folder = '';
let jobs: JobRequest[] = [];
let second: BlobStore;
let now = new Date('2026-11-23T12:00:00Z');
const queue = {
  send: async (_: unknown, job: JobRequest) => {
    jobs.push(job);
    return 'job';
  },
};

function scrub(settings: Partial<ScrubSettings> = {}, sources: readonly RepairSource[] = [], signal = never) {
  const usual = { bytesPerSecond: 1e12, orphanAgeMs: 0, sliceMs: 600_000, sources: async () => sources };
  return scrubBlobs({ ...deps, queue, clock: { now: () => now }, scrub: { ...usual, ...settings } }, signal, noStep);
}

/** What stands open, as words. */
async function open(): Promise<string[]> {
  const findings = await listScrubFindings(deps.db, new Date('2100-01-01'), 1000);
  return findings.map(({ kind, digest }) => `${kind} ${digest}`);
}

function pathOf(digest: Digest): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return join(folder, 'blobs', algorithm, hex.slice(0, 2), hex);
}

async function publish(store: BlobStore, bytes: Buffer): Promise<Digest> {
  const id = await store.startUpload('');
  await store.appendUpload(id, Readable.from([bytes]), 0);
  await store.finishUpload(id, digestOf(bytes));
  return digestOf(bytes);
}

async function pushImage(repository: string) {
  const layer = randomBytes(200_000);
  const config = configOf(repository);
  const bytes = imageOf(config, layer);
  const configDigest = await putBlobBytes(deps, repository, config);
  const blob = await putBlobBytes(deps, repository, layer);
  await publish(second, layer);
  const { digest } = await deps.db
    .transaction()
    .execute((trx) => putManifest(trx, { repository, bytes, mediaType: mediaTypes.imageManifest, tags: ['1'] }));
  return { digest, blob, layer, config, configDigest, bytes };
}

describe('a scrub of stored bytes', () => {
  let count = 0;
  let repository = '';
  let close: () => Promise<void>;
  before(async () => {
    const temporary = await temporaryFolder();
    const db = await testDatabase(registryMigrations);
    folder = join(temporary.path, 'first');
    deps = { db, blobs: await diskBlobs(folder) };
    second = await diskBlobs(join(temporary.path, 'second'));
    close = async () => {
      await db.destroy();
      await temporary[Symbol.asyncDispose]();
    };
  });
  after(() => close());
  beforeEach(() => {
    count += 1;
    repository = `staging/scrub-${count}`;
    now = new Date(now.getTime() + 60_000);
    jobs = [];
  });

  test('finds nothing where everything is right, and says how much it read', async () => {
    const image = await pushImage(repository);
    assert.equal(await scrub(), 'everything was read');
    assert.deepEqual(await open(), []);
    const round = await findScrubRound(deps.db);
    assert.equal(round?.blobs, 3);
    assert.equal(round?.bytes, image.layer.length + image.config.length + image.bytes.length);
    assert.ok(round?.finishedAt);
  });

  test('damaged bytes are set aside: a pull fails with a sentence, and a second store mends it', async () => {
    const { blob, layer } = await pushImage(repository);
    const damaged = Buffer.from(layer);
    damaged.writeUInt8(damaged.readUInt8(77) ^ 1, 77);
    writeFileSync(pathOf(blob), damaged);
    await scrub();
    assert.deepEqual(await open(), [`corrupt ${blob}`]);
    assert.equal(readdirSync(join(folder, 'aside')).length, 1, 'the bytes are kept');
    await assert.rejects(openBlob(deps, blob), /set aside/);
    await scrub({}, [storeSource('the copy', second)]);
    assert.deepEqual(await open(), []);
    assert.ok(Buffer.from(await readBlob(deps, blob, 1e6)).equals(layer));
    const findings = await listScrubFindings(deps.db, new Date(0), 10);
    assert.ok(
      findings.some(({ digest, kind, mendedBy }) => digest === blob && kind === 'missing' && mendedBy === 'the copy'),
    );
  });

  test('missing and cut bytes are found, and mended at once where a source has them', async () => {
    const [missing, cut] = [await pushImage(repository), await pushImage(`${repository}/cut`)];
    await deps.blobs.delete(missing.blob);
    truncateSync(pathOf(cut.blob), 1000);
    await scrub();
    assert.deepEqual((await open()).sort(), [`corrupt ${cut.blob}`, `missing ${missing.blob}`].sort());
    await scrub({}, [storeSource('the copy', second)]);
    assert.deepEqual(await open(), []);
    assert.ok(Buffer.from(await readBlob(deps, cut.blob, 1e6)).equals(cut.layer));
  });

  test('a source that gives other bytes is not believed', async () => {
    const { blob } = await pushImage(repository);
    await deps.blobs.delete(blob);
    const liar: RepairSource = { name: 'a liar', open: async () => Readable.from([randomBytes(200_000)]) };
    await scrub({}, [liar]);
    const [finding] = await listScrubFindings(deps.db, new Date('2100-01-01'), 10);
    assert.match(finding?.detail ?? '', /a liar: .*digest/);
    assert.equal(await deps.blobs.stat(blob), undefined);
    await scrub({}, [liar, storeSource('the copy', second)]);
    assert.deepEqual(await open(), []);
  });

  test('a push of the same bytes mends it too', async () => {
    const { blob, layer } = await pushImage(repository);
    await deps.blobs.delete(blob);
    await scrub();
    await putBlobBytes(deps, repository, layer);
    assert.ok(Buffer.from(await readBlob(deps, blob, 1e6)).equals(layer));
    await scrub();
    assert.deepEqual(await open(), []);
  });

  test('damage in rows is found and mended: manifests, small blobs, sizes', async () => {
    const image = await pushImage(repository);
    const { db } = deps;
    await sql`update registry_manifest set content = 'nonsense' where digest = ${image.digest}`.execute(db);
    await sql`update registry_blob set content = 'nonsense' where digest = ${image.configDigest}`.execute(db);
    await sql`update registry_blob set size_bytes = 5 where digest = ${image.blob}`.execute(db);
    await scrub();
    assert.deepEqual((await open()).sort(), [`corrupt ${image.configDigest}`, `corrupt ${image.digest}`].sort());
    assert.equal((await findBlob(db, repository, image.blob))?.sizeBytes, image.layer.length);
    const right = new Map([image.config, image.bytes].map((bytes) => [digestOf(bytes), bytes]));
    const source: RepairSource = {
      name: 'memory',
      open: async ({ digest }) => {
        const bytes = right.get(digest);
        return bytes && Readable.from([bytes]);
      },
    };
    await scrub({}, [source]);
    assert.deepEqual(await open(), []);
    assert.ok((await getManifestByDigest(db, image.digest)).bytes.equals(image.bytes));
    assert.ok(Buffer.from(await readBlob(deps, image.configDigest, 1e6)).equals(image.config));
  });

  test('an image without its config is found, and gets it from another repository', async () => {
    const image = await pushImage(repository);
    await putBlobBytes(deps, `${repository}/other`, image.config);
    await sql`delete from registry_repository_blob l using registry_repository r
      where r.id = l.repository_id and r.name = ${repository} and l.digest = ${image.configDigest}`.execute(deps.db);
    await scrub();
    assert.deepEqual(await open(), []);
    assert.ok(await findBlob(deps.db, repository, image.configDigest));
    const findings = await listScrubFindings(deps.db, new Date(0), 50);
    assert.ok(findings.some(({ kind, digest }) => kind === 'incomplete' && digest === image.digest));
  });

  test('orphans are reported when they are old enough, and go as garbage; nothing is deleted by the scrub', async () => {
    const orphan = await publish(deps.blobs, randomBytes(1000));
    await scrub({ orphanAgeMs: 3_600_000 });
    const found = async () =>
      (await listScrubFindings(deps.db, new Date(0), 100)).filter((one) => one.digest === orphan);
    assert.deepEqual(await found(), []);
    await scrub();
    assert.deepEqual(
      (await found()).map(({ kind }) => kind),
      ['orphan'],
    );
    assert.ok(await deps.blobs.stat(orphan));
    const garbage = { delayMs: 0, publishGraceMs: 0, collectsMissingSubjects: false };
    await collectGarbage({ ...deps, garbage }, never, noStep);
    assert.equal(await deps.blobs.stat(orphan), undefined);
  });

  test('rows that nothing holds and nobody queued are queued', async () => {
    const blob = await putBlobBytes(deps, repository, randomBytes(100_000));
    await sql`delete from registry_repository_blob where digest = ${blob}`.execute(deps.db);
    await sql`delete from registry_garbage`.execute(deps.db);
    await scrub();
    const { rows } = await sql`select kind from registry_garbage where digest = ${blob}`.execute(deps.db);
    assert.deepEqual(rows, [{ kind: 'blob' }]);
  });

  test('it keeps its place: slice by slice everything is read once', async () => {
    for (let each = 0; each < 4; each += 1) await pushImage(`${repository}/${each}`);
    const { rows } = await sql<{ count: number }>`select (select count(*) from registry_blob)
      + (select count(*) from registry_manifest) as count`.execute(deps.db);
    let slices = 0;
    for (jobs = [{} as JobRequest]; jobs.length > 0; slices += 1) {
      jobs = [];
      await scrub({ sliceMs: slices === 0 ? 0 : 40 });
    }
    assert.ok(slices > 1, `${slices} slices`);
    const round = await findScrubRound(deps.db);
    assert.equal(round?.blobs, rows[0]?.count);
    assert.ok(round?.finishedAt);
    assert.deepEqual(await open(), []);
  });

  test('it reads no faster than it may, and stops when it is told to', async () => {
    await pushImage(repository);
    await openScrubRound(deps.db, { bytesPerSecond: 1000 }, { bytesPerSecond: 1e12 }, now);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 1500);
    await assert.rejects(scrub({}, [], stop.signal), { name: 'AbortError' });
    clearTimeout(timer);
    const round = await findScrubRound(deps.db);
    assert.equal(round?.finishedAt, null);
    await openScrubRound(deps.db, { bytesPerSecond: 1e12 }, { bytesPerSecond: 1 }, now);
    assert.equal(await scrub(), 'everything was read');
    assert.deepEqual(await open(), []);
  });
});
