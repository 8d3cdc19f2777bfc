import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { sql } from 'kysely';
import type { Digest } from '#kernel/digest.ts';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { testDatabase } from '#testkit/database.ts';
import { RegistryImages } from '#testkit/registry-images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import {
  type BlobDeps,
  countPlaces,
  type EffectiveRules,
  formatBytes,
  linkImage,
  putBlobBytes,
  refuseBytes,
  refuseRepository,
  registryMigrations,
  roomIn,
  unlinkManifest,
} from '../index.ts';

describe('the bytes below a place', () => {
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

  const count = (...places: string[]) => deps.db.transaction().execute((trx) => countPlaces(trx, places));
  const bytesIn = async (place: string) => (await roomIn(deps.db, [place], undefined))[0]?.bytes;
  const put = (repository: string, text: string) => putBlobBytes(deps, repository, Buffer.from(text));
  const unlinkAll = (repository: string) =>
    sql`delete from registry_repository_blob l using registry_repository r
      where r.id = l.repository_id and r.name = ${repository}`.execute(deps.db);

  /** The same by a sum over everything. */
  async function summed(place: string): Promise<number> {
    const rows = await sql<{ bytes: number }>`select coalesce(sum(size_bytes), 0)::bigint as bytes from (
      select distinct b.digest, b.size_bytes from registry_repository r
      cross join lateral (
        select b.digest, b.size_bytes from registry_repository_blob l join registry_blob b using (digest)
        where l.repository_id = r.id
        union all select m.digest, m.size_bytes from registry_repository_manifest l join registry_manifest m using (digest)
        where l.repository_id = r.id) b
      where ${place} in ('*', r.name) or starts_with(r.name, ${`${place}/`})) each`.execute(deps.db);
    return rows.rows[0]?.bytes ?? -1;
  }

  test('each blob counts once below the place, however many repositories have it', async () => {
    await count('sum');
    await put('sum/a', '12345');
    await put('sum/b', '12345');
    await put('sum/b', '123');
    await put('summer/a', 'elsewhere');
    assert.equal(await bytesIn('sum'), 8);
    await unlinkAll('sum/a');
    assert.equal(await bytesIn('sum'), 8);
    await unlinkAll('sum/b');
    assert.equal(await bytesIn('sum'), 0);
  });

  test('what was there before the quota is counted, and what comes and goes after it', async () => {
    const one = await images.pushImage('late/deep/a', 'one', ['1']);
    await count('sum', 'late', 'late/deep', '*');
    assert.equal(await bytesIn('late/deep'), await summed('late/deep'));
    await images.pushImage('late/b', 'two', ['1']);
    await deps.db
      .transaction()
      .execute((trx) => linkImage(trx, { from: 'late/deep/a', to: 'late/c', digest: one }, () => true));
    for (const place of ['late', 'late/deep', '*']) assert.equal(await bytesIn(place), await summed(place), place);
    await deps.db.transaction().execute((trx) => unlinkManifest(trx, 'late/deep/a', one));
    for (const place of ['late', 'late/deep', '*']) assert.equal(await bytesIn(place), await summed(place), place);
    await count('late');
    assert.equal(await bytesIn('*'), undefined);
    assert.equal(await bytesIn('late'), await summed('late'));
  });

  test('pushes and deletions at the same time leave the sum right', async () => {
    await count('race');
    const texts = Array.from({ length: 12 }, (_, index) => `blob ${index}`);
    await Promise.all(
      Array.from({ length: 8 }, async (_, worker) => {
        for (const text of texts) {
          await put(`race/${worker % 3}`, text);
          if (worker % 2 === 0) await unlinkAll(`race/${worker % 3}`);
        }
      }),
    );
    assert.equal(await bytesIn('race'), await summed('race'));
  });

  test('bytes for which there is no room are refused, and those that are there already are not', async () => {
    await count('full');
    const digest = await put('full/a', '0123456789');
    const rules: EffectiveRules = { quotas: [{ place: 'full', bytes: 12 }] };
    const ask = (sizeBytes: number, asked?: Digest) =>
      refuseBytes(deps.db, rules, { repository: 'full/b', sizeBytes, digest: asked });
    assert.equal(await ask(2), undefined);
    assert.equal(await ask(10, digest), undefined);
    assert.equal(
      await ask(3),
      'cannot push to full/b: full/ holds 10 bytes of its quota of 12 bytes and this adds 3 bytes. Delete images there that nobody needs, or ask an administrator for more.',
    );
  });

  test('only so many repositories begin to hold something, also at the same moment', async () => {
    const rules: EffectiveRules = { quotas: [{ place: 'few', repositories: 2 }] };
    await images.pushImage('few/a', 'a');
    const push = (name: string) =>
      deps.db.transaction().execute(async (trx) => {
        const refusal = await refuseRepository(trx, rules, name);
        if (!refusal) await new RegistryImages({ ...deps, db: trx }).pushImage(name, name);
        return refusal;
      });
    const refusals = await Promise.all(['few/b', 'few/c', 'few/d'].map(push));
    const refused = refusals.filter((refusal) => refusal !== undefined);
    assert.equal(refused.length, 2);
    assert.match(refused[0] ?? '', /^cannot push to few\/.: few\/ has the 2 repositories of its quota\. Push to one/);
    assert.equal(await push('few/a'), undefined);
  });
});

for (const [bytes, text] of [
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [1536, '1.5 kB'],
  [10_400_000_000, '10.4 GB'],
  [123_456_789_000, '123 GB'],
] as const) {
  test(`${bytes} bytes are written ${text}`, () => assert.equal(formatBytes(bytes), text));
}
