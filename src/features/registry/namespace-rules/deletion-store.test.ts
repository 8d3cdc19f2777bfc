import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addDays } from '#kernel/clock.ts';
import { isDigest } from '#kernel/digest.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { testDatabase } from '#testkit/database.ts';
import { configOf, RegistryImages } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import {
  type BlobDeps,
  deleteReference,
  digestOf,
  type EffectiveRules,
  findBlob,
  findManifest,
  forgetDeletions,
  getDeletion,
  listDeletions,
  noRules,
  registryMigrations,
  tagsOf,
  undelete,
  unlinkBlob,
} from '../index.ts';

describe('what was deleted and may come back', () => {
  let deps: BlobDeps;
  let images: RegistryImages;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const at = new Date('2026-11-23T12:00:00Z');
  const kept: EffectiveRules = { quotas: [], undelete: { place: 'staging', days: 7 } };

  before(async () => {
    folder = await temporaryFolder();
    deps = { db: await testDatabase(registryMigrations), blobs: await diskBlobs(folder.path) };
    images = new RegistryImages(deps);
  });
  after(async () => {
    await deps.db.destroy();
    await folder[Symbol.asyncDispose]();
  });

  const inTransaction = <T>(work: (trx: BlobDeps['db']) => Promise<T>) => deps.db.transaction().execute(work);
  const remove = (repository: string, reference: string, rules = kept) => {
    const digest = isDigest(reference) ? reference : undefined;
    return inTransaction((trx) => deleteReference(trx, rules, { repository, reference, digest, by: 'ada', at }));
  };
  const deletionsOf = (place: string, now = at) => listDeletions(deps.db, { place, now, limit: 10 });
  const bringBack = (id: number, now = at) => inTransaction((trx) => undelete(trx, id, now));

  test('a manifest is gone at once and comes back with its tags', async () => {
    const digest = await images.pushImage('kept/a', 'one', ['1', 'latest']);
    assert.equal(await remove('kept/a', digest), digest);
    assert.equal(await findManifest(deps.db, 'kept/a', digest), undefined);
    assert.equal(await findManifest(deps.db, 'kept/a', '1'), undefined);
    const [deletion] = await deletionsOf('kept');
    assert.ok(deletion);
    const { id, tags, manifests, deletedBy, reason, expiresAt } = deletion;
    assert.deepEqual([tags, manifests, deletedBy, reason], [['1', 'latest'], 1, 'ada', 'deleted']);
    assert.deepEqual(expiresAt, addDays(at, 7));
    assert.deepEqual(await bringBack(id), { tags: ['1', 'latest'], takenTags: [] });
    assert.equal((await findManifest(deps.db, 'kept/a', 'latest'))?.digest, digest);
    assert.deepEqual(await deletionsOf('kept'), []);
    await assert.rejects(bringBack(id), { code: 'not-found' });
  });

  test('a tag that names something else by now stays as it is', async () => {
    const old = await images.pushImage('kept/b', 'old', ['1', '2']);
    await remove('kept/b', old);
    const fresh = await images.pushImage('kept/b', 'new', ['1']);
    const [deletion] = await deletionsOf('kept/b');
    assert.deepEqual(await bringBack(deletion?.id ?? 0), { tags: ['2'], takenTags: ['1'] });
    assert.equal((await findManifest(deps.db, 'kept/b', '1'))?.digest, fresh);
    assert.equal((await findManifest(deps.db, 'kept/b', '2'))?.digest, old);
  });

  test('a tag alone comes back, after its image where that was deleted too', async () => {
    const digest = await images.pushImage('kept/c', 'c', ['1']);
    await remove('kept/c', '1');
    assert.deepEqual(await tagsOf(deps.db, 'kept/c', digest), []);
    await remove('kept/c', digest);
    const [image, tag] = await deletionsOf('kept/c');
    assert.deepEqual([image?.manifests, tag?.manifests, tag?.tags], [1, 0, ['1']]);
    await assert.rejects(bringBack(tag?.id ?? 0), /cannot undelete the tag 1: its image .* undelete the image first/);
    await bringBack(image?.id ?? 0);
    assert.deepEqual(await bringBack(tag?.id ?? 0), { tags: ['1'], takenTags: [] });
  });

  test('an image comes back with blobs that were deleted after it', async () => {
    const digest = await images.pushImage('kept/d', 'd', ['1']);
    const config = digestOf(configOf('d'));
    await remove('kept/d', digest);
    assert.equal(await inTransaction((trx) => unlinkBlob(trx, 'kept/d', config)), 'unlinked');
    assert.equal(await findBlob(deps.db, 'kept/d', config), undefined);
    const [deletion] = await deletionsOf('kept/d');
    await bringBack(deletion?.id ?? 0);
    assert.equal((await findBlob(deps.db, 'kept/d', config))?.digest, config);
  });

  test('after its time nothing comes back, and it is let go', async () => {
    const digest = await images.pushImage('kept/e', 'e', ['1']);
    await remove('kept/e', digest);
    const [deletion] = await deletionsOf('kept/e');
    const late = addDays(at, 7);
    assert.deepEqual(await deletionsOf('kept/e', late), []);
    await assert.rejects(getDeletion(deps.db, deletion?.id ?? 0, late), { code: 'not-found' });
    await assert.rejects(bringBack(deletion?.id ?? 0, late), { code: 'not-found' });
    assert.equal(await forgetDeletions(deps.db, addDays(late, -1), 100), 0);
    assert.equal(await forgetDeletions(deps.db, late, 100), 1);
    assert.equal(await forgetDeletions(deps.db, late, 100), 0);
  });

  test('without the rule nothing is kept', async () => {
    const digest = await images.pushImage('gone/a', 'gone', ['1']);
    assert.equal(await remove('gone/a', digest, noRules), digest);
    assert.deepEqual(await deletionsOf('gone'), []);
    assert.equal(await remove('gone/a', digest, noRules), undefined);
    assert.equal(await remove('never/seen', '1', noRules), undefined);
  });

  test('what is immutable is not deleted, by its tag or with its image', async () => {
    const digest = await images.pushImage('fixed/a', 'fixed', ['v1', 'latest']);
    const rules: EffectiveRules = { quotas: [], immutableTags: { place: 'fixed', patterns: ['v*'] } };
    const refusal = { code: 'DENIED', message: /^cannot delete fixed\/a:v1: tags like "v\*" are immutable in fixed\// };
    await assert.rejects(remove('fixed/a', 'v1', rules), refusal);
    await assert.rejects(remove('fixed/a', digest, rules), refusal);
    assert.equal(await remove('fixed/a', 'latest', rules), digest);
    assert.deepEqual(await tagsOf(deps.db, 'fixed/a', digest), ['v1']);
  });

  test('deletions are found by place and by what was deleted, page by page', async () => {
    for (const tag of ['1', '2', '3']) {
      await images.pushImage('pages/a/b', tag, [tag]);
      await remove('pages/a/b', tag);
    }
    await images.pushImage('pages/ab', 'other', ['1']);
    await remove('pages/ab', '1');
    assert.equal((await deletionsOf('pages/a')).length, 3);
    assert.equal((await deletionsOf('pages/a/b')).length, 3);
    assert.equal((await deletionsOf('pages')).length, 4);
    const [named] = await listDeletions(deps.db, { place: 'pages/a', reference: '2', now: at, limit: 10 });
    assert.deepEqual(named?.tags, ['2']);
    const page = await listDeletions(deps.db, { place: 'pages/a', now: at, limit: 2 });
    const rest = await listDeletions(deps.db, { place: 'pages/a', now: at, limit: 2, after: page[1]?.id });
    assert.deepEqual(
      [...page, ...rest].map(({ reference }) => reference),
      ['3', '2', '1'],
    );
  });
});
