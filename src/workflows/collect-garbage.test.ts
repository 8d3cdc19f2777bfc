import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { sql } from 'kysely';
import {
  type BlobDeps,
  beginGarbageRun,
  deleteManifest,
  deleteTag,
  digestOf,
  findBlob,
  findManifest,
  linkBlob,
  linkImage,
  putBlobBytes,
  putManifest,
  type Removed,
  registryMigrations,
  tryGarbage,
  unlinkManifest,
} from '#features/registry/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { Digest } from '#kernel/digest.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { testDatabase } from '#testkit/database.ts';
import { configOf, imageOf, RegistryImages } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { collectGarbage, type GarbageSettings } from './collect-garbage.ts';

const HOUR_MS = 3_600_000;
const noStep = async (): Promise<void> => undefined;
const never = new AbortController().signal;

let deps: BlobDeps;
let images: RegistryImages;
let count = 0;
let repository = '';

function collect(settings: Partial<GarbageSettings> = {}) {
  const garbage = { delayMs: 0, publishGraceMs: 0, collectsMissingSubjects: false, ...settings };
  return collectGarbage({ ...deps, garbage }, never, noStep);
}

/** Everything that waits has waited so much longer. */
async function later(ms: number): Promise<void> {
  const span = sql`${ms}::float8 * interval '1 millisecond'`;
  await sql`update registry_garbage set since = since - ${span}`.execute(deps.db);
  await sql`update registry_doomed_bytes set since = since - ${span}`.execute(deps.db);
  await sql`update registry_repository_blob set linked_at = linked_at - ${span}`.execute(deps.db);
}

const has = async (name: string, digest: Digest) => (await findManifest(deps.db, name, digest)) !== undefined;
const hasBlob = async (name: string, digest: Digest) => (await findBlob(deps.db, name, digest)) !== undefined;

async function rowsOf(table: string, digest: Digest): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}
    where digest = ${digest}`.execute(deps.db);
  return rows[0]?.count ?? 0;
}

/** An image with a layer that is too large for a row. */
async function pushLarge(name: string, tags: readonly string[] = []) {
  const layer = randomBytes(100_000);
  const config = configOf(`${name} ${count}`);
  await putBlobBytes(deps, name, config);
  const blob = await putBlobBytes(deps, name, layer);
  const bytes = imageOf(config, layer);
  const { digest } = await deps.db
    .transaction()
    .execute((trx) => putManifest(trx, { repository: name, bytes, mediaType: mediaTypes.imageManifest, tags }));
  return { digest, blob, layer, bytes };
}

describe('collecting garbage', () => {
  let close: () => Promise<void>;
  before(async () => {
    const folder = await temporaryFolder();
    const db = await testDatabase(registryMigrations);
    deps = { db, blobs: await diskBlobs(folder.path) };
    images = new RegistryImages(deps);
    close = async () => {
      await db.destroy();
      await folder[Symbol.asyncDispose]();
    };
  });
  after(() => close());
  beforeEach(() => {
    count += 1;
    repository = `staging/garbage-${count}`;
  });

  test('a deleted image goes with its blobs and their bytes', async () => {
    const image = await pushLarge(repository, ['1']);
    await deleteManifest(deps.db, repository, image.digest);
    const { freedBytes } = await collect();
    assert.ok(freedBytes > image.layer.length);
    assert.equal(await rowsOf('registry_manifest', image.digest), 0);
    assert.equal(await rowsOf('registry_blob', image.blob), 0);
    assert.equal(await deps.blobs.stat(image.blob), undefined);
  });

  test('nothing goes before it has waited', async () => {
    const image = await pushLarge(repository, ['1']);
    await deleteManifest(deps.db, repository, image.digest);
    const day = { delayMs: 24 * HOUR_MS };
    await collect(day);
    await later(23 * HOUR_MS);
    await collect(day);
    assert.equal(await hasBlob(repository, image.blob), true);
    await later(2 * HOUR_MS);
    await collect(day);
    assert.equal(await hasBlob(repository, image.blob), false);
    assert.equal(await rowsOf('registry_blob', image.blob), 1, 'what follows waits an hour of its own');
    await later(2 * HOUR_MS);
    await collect(day);
    await later(2 * HOUR_MS);
    await collect(day);
    assert.equal(await deps.blobs.stat(image.blob), undefined);
  });

  test('what is used stays: tagged, in another repository, in another image', async () => {
    const [kept, gone] = [await pushLarge(repository, ['kept']), await pushLarge(repository, ['gone'])];
    await deps.db
      .transaction()
      .execute((trx) => linkImage(trx, { from: repository, to: 'golden/copy', digest: gone.digest }, () => true));
    await deleteManifest(deps.db, repository, gone.digest);
    await collect();
    assert.equal(await has(repository, kept.digest), true);
    assert.equal(await hasBlob(repository, kept.blob), true);
    assert.equal(await hasBlob(repository, gone.blob), false);
    assert.equal(await has('golden/copy', gone.digest), true);
    assert.equal(await hasBlob('golden/copy', gone.blob), true);
    assert.ok(await deps.blobs.stat(gone.blob));
  });

  test('an untagged image stays, a blob that no manifest came to use goes', async () => {
    const image = await pushLarge(repository);
    const unused = await putBlobBytes(deps, repository, randomBytes(100_000));
    await collect();
    assert.equal(await has(repository, image.digest), true);
    assert.equal(await hasBlob(repository, image.blob), true);
    assert.equal(await hasBlob(repository, unused), false);
    assert.equal(await deps.blobs.stat(unused), undefined);
  });

  test('with an index go its platform manifests, unless a tag names them or another index lists them', async () => {
    const push = (name: string, tags: string[] = []) => images.pushImage(repository, `${repository} ${name}`, tags);
    const [alone, tagged, shared] = [await push('alone'), await push('tagged', ['t']), await push('shared')];
    const inner = await images.pushIndex(repository, [alone]);
    const index = await images.pushIndex(repository, [inner, tagged, shared], ['1']);
    const other = await images.pushIndex(repository, [shared], ['2']);
    await deleteManifest(deps.db, repository, index);
    await collect();
    const left = await Promise.all([inner, alone, tagged, shared, other].map((digest) => has(repository, digest)));
    assert.deepEqual(left, [false, false, true, true, true]);
    assert.equal(await rowsOf('registry_manifest', alone), 0);
  });

  test('with an image go its referrers and theirs, not those that a tag names', async () => {
    const image = await images.pushImage(repository, `${repository} subject`, ['1']);
    const report = await images.attach(repository, image, 'application/report');
    const signature = await images.attach(repository, report, 'application/signature');
    const named = await images.attach(repository, image, 'application/named');
    await sql`insert into registry_tag (repository_id, name, digest)
      select id, 'named', ${named} from registry_repository where name = ${repository}`.execute(deps.db);
    await deleteManifest(deps.db, repository, image);
    await collect();
    const left = () => Promise.all([report, signature, named].map((digest) => has(repository, digest)));
    assert.deepEqual(await left(), [false, false, true]);
    await deleteTag(deps.db, repository, 'named');
    await collect();
    assert.deepEqual(await left(), [false, false, false]);
  });

  test('a referrer may come before its subject, and stays as long as the settings say', async () => {
    const nowhere = digestOf(Buffer.from(`${repository} nowhere`));
    const referrer = await images.attach(repository, nowhere, 'application/early');
    await collect();
    assert.equal(await has(repository, referrer), true);
    await collect({ collectsMissingSubjects: true });
    assert.equal(await has(repository, referrer), false);
  });

  test('what was unlinked as a whole goes as a whole', async () => {
    const children = await Promise.all(['a', 'b'].map((name) => images.pushImage(repository, `${repository} ${name}`)));
    const index = await images.pushIndex(repository, children, ['1']);
    const report = await images.attach(repository, children[0] ?? index, 'application/report');
    await deps.db.transaction().execute((trx) => unlinkManifest(trx, repository, index));
    await collect();
    for (const digest of [index, report, ...children]) assert.equal(await rowsOf('registry_manifest', digest), 0);
  });

  test('what was deleted and may come back is kept until that ends', async () => {
    const image = await pushLarge(repository, ['1']);
    const db = deps.db;
    await sql`with deletion as (
        insert into registry_deletion (repository_id, reference, digest, reason, deleted_by, deleted_at, expires_at)
        select id, '1', ${image.digest}, 'test', 'ada', now(), now() from registry_repository where name = ${repository}
        returning id, repository_id
      ) insert into registry_deleted_manifest (deletion_id, repository_id, digest, linked_at)
      select id, repository_id, ${image.digest}, now() from deletion`.execute(db);
    await deleteManifest(db, repository, image.digest);
    await collect();
    assert.equal(await hasBlob(repository, image.blob), true);
    assert.equal(await rowsOf('registry_manifest', image.digest), 1);
    await sql`delete from registry_deletion`.execute(db);
    await collect();
    assert.equal(await hasBlob(repository, image.blob), false);
    assert.equal(await rowsOf('registry_manifest', image.digest), 0);
  });

  test('a push that counts on a blob that was just taken out of the repository gets it back', async () => {
    const image = await pushLarge(repository, ['1']);
    await deleteManifest(deps.db, repository, image.digest);
    const day = { delayMs: 24 * HOUR_MS };
    await later(25 * HOUR_MS);
    await collect(day);
    assert.equal(await hasBlob(repository, image.blob), false);
    await deps.db
      .transaction()
      .execute((trx) =>
        putManifest(trx, { repository, bytes: image.bytes, mediaType: mediaTypes.imageManifest, tags: ['1'] }),
      );
    assert.equal(await hasBlob(repository, image.blob), true);
    await later(100 * HOUR_MS);
    await collect(day);
    assert.ok(await deps.blobs.stat(image.blob));
  });

  test('a platform manifest that an index counts on comes back with what is below it', async () => {
    const child = await pushLarge(repository);
    const inner = await images.pushIndex(repository, [child.digest]);
    const index = await images.pushIndex(repository, [inner], ['1']);
    await deleteManifest(deps.db, repository, index);
    await later(25 * HOUR_MS);
    await collect({ delayMs: 24 * HOUR_MS });
    assert.equal(await has(repository, inner), false);
    await deps.db
      .transaction()
      .execute((trx) => new RegistryImages({ ...deps, db: trx }).pushIndex(repository, [inner], ['2']));
    assert.equal(await has(repository, inner), true);
    await collect();
    assert.equal(await has(repository, child.digest), true);
    assert.equal(await hasBlob(repository, child.blob), true);
  });

  test('a mount makes a blob young again, and one of doomed bytes is refused', async () => {
    const blob = await putBlobBytes(deps, repository, randomBytes(100_000));
    await later(25 * HOUR_MS);
    assert.equal(await linkBlob(deps.db, repository, blob), true);
    await collect({ delayMs: 24 * HOUR_MS });
    assert.equal(await hasBlob(repository, blob), true);
    await collect();
    assert.equal(await linkBlob(deps.db, repository, blob), false);
  });

  test('bytes that were published a moment ago stay, whatever the rows say', async () => {
    const image = await pushLarge(repository);
    await deleteManifest(deps.db, repository, image.digest);
    await collect({ publishGraceMs: HOUR_MS });
    assert.equal(await rowsOf('registry_blob', image.blob), 0);
    assert.ok(await deps.blobs.stat(image.blob));
    await collect();
    assert.equal(await deps.blobs.stat(image.blob), undefined);
  });

  test('doomed bytes that are recorded again are no longer doomed', async () => {
    const image = await pushLarge(repository);
    await deleteManifest(deps.db, repository, image.digest);
    await collect({ publishGraceMs: HOUR_MS });
    await putBlobBytes(deps, repository, image.layer);
    assert.equal(await rowsOf('registry_doomed_bytes', image.blob), 0);
  });

  test('a trial shows what a collection then removes, and removes nothing', async () => {
    const children = [await pushLarge(repository), await pushLarge(repository)].map(({ digest }) => digest);
    const index = await images.pushIndex(repository, children, ['1']);
    const report = await images.attach(repository, children[0] ?? index, 'application/report');
    const shared = await pushLarge(repository, ['2']);
    await deps.db
      .transaction()
      .execute((trx) =>
        linkImage(trx, { from: repository, to: `${repository}/copy`, digest: shared.digest }, () => true),
      );
    const unused = await putBlobBytes(deps, repository, randomBytes(70_000));
    for (const digest of [index, shared.digest]) await deleteManifest(deps.db, repository, digest);
    const trial = await tryGarbage(deps.db, await beginGarbageRun(deps.db, 0), 1000);
    assert.equal(await has(repository, report), true);
    const seen: Removed[] = [];
    const { freedBytes } = await collect({ observe: (_, removed) => seen.push(...removed) });
    const links = (all: readonly { kind: string; repository: string; digest: string }[]) =>
      all.filter(({ kind }) => kind.endsWith('-link')).map((one) => `${one.kind} ${one.repository} ${one.digest}`);
    assert.deepEqual(links(trial).sort(), links(seen).sort());
    assert.deepEqual(
      trial.reduce((sum, one) => sum + one.freedBytes, 0),
      freedBytes,
    );
    const causes = new Map(trial.map(({ digest, cause }) => [digest, cause]));
    assert.equal(causes.get(unused), 'never-used');
    assert.equal(causes.get(report), 'subject-deleted');
    assert.equal(causes.get(children[0] ?? index), 'index-deleted');
    assert.equal(trial.find(({ digest }) => digest === shared.blob)?.freedBytes, 0);
  });

  test('a run that is stopped leaves the rest for the next', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => pushLarge(repository)));
    for (const { digest } of all) await deleteManifest(deps.db, repository, digest);
    const garbage = { delayMs: 0, publishGraceMs: 0, collectsMissingSubjects: false };
    const stop = new AbortController();
    await collectGarbage({ ...deps, garbage }, stop.signal, async () => stop.abort());
    await collect();
    for (const { blob } of all) assert.equal(await deps.blobs.stat(blob), undefined);
    const { rows } = await sql`select * from registry_garbage`.execute(deps.db);
    assert.deepEqual(rows, []);
  });
});
