import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { alpineImage } from '#testkit/alpine-image.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { s3Settings } from '#testkit/installation.ts';
import { type OutsidePostgres, startOutsidePostgres, withoutOutsidePostgres } from '#testkit/outside-postgres.ts';
import { succeed, withoutPeers } from '#testkit/peers.ts';
import { pushImage } from '#testkit/push.ts';
import { startS3, type TestS3 } from '#testkit/s3.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

describe('a backup of the database and the bucket', {
  skip: withoutPeers('versitygw') || withoutOutsidePostgres(),
}, () => {
  const stack = new AsyncDisposableStack();
  const image = alpineImage({ about: 'kept', files: { 'srv/filler': randomBytes(9_000_000) } });
  const keys = {
    ASSAY_MASTER_KEY: randomBytes(32).toString('base64'),
    ASSAY_ADMIN_PASSWORD: 'correct-horse-battery-staple',
  };
  let postgres: OutsidePostgres;
  let s3: TestS3;
  let backup: string;

  function startOn(databaseUrl: string, bucket: string): Promise<TestAssay> {
    const env = { ...keys, ...s3Settings(s3, `s3://${bucket}`), ASSAY_DATABASE_URL: databaseUrl };
    return startAssay({ env });
  }

  before(async () => {
    postgres = stack.use(await startOutsidePostgres());
    s3 = stack.use(await startS3());
    backup = stack.use(await temporaryFolder()).path;
  });
  after(() => stack.disposeAsync());

  test('is taken while the server runs: first the database, then the bucket', async () => {
    await s3.createBucket('first');
    const url = await postgres.createDatabase('first');
    await using assay = await startOn(url, 'first');
    await pushImage({ url: assay.url, person: assay.admin, repository: 'staging/kept/app' }, image, '1');
    assert.equal((await assay.api.waitForIntake('staging/kept/app:1')).status, 'cataloged');
    await assay.api.waitForIdle();
    const dump = join(backup, 'assay.dump');
    await succeed(join(postgres.programs, 'pg_dump'), ['--format=custom', `--file=${dump}`, url]);
    // What is pushed meanwhile is in the bucket's copy and not in the database's: an orphan, and no loss.
    const later = alpineImage({ about: 'later', files: { 'srv/filler': randomBytes(100_000) } });
    await pushImage({ url: assay.url, person: assay.admin, repository: 'staging/kept/later' }, later, '1');
    cpSync(join(s3.folder, 'first'), join(backup, 'bucket'), { recursive: true });
    assert.equal(await assay.stop(), 0);
  });

  test('is restored into an empty database and an empty bucket: everything is there, pulled and signed as before', async () => {
    await s3.createBucket('second');
    const url = await postgres.createDatabase('second');
    const restore = ['--no-owner', '--exit-on-error', `--dbname=${url}`, join(backup, 'assay.dump')];
    await succeed(join(postgres.programs, 'pg_restore'), restore);
    cpSync(join(backup, 'bucket'), join(s3.folder, 'second'), { recursive: true });
    await using assay = await startOn(url, 'second');
    const authorization = `Basic ${Buffer.from(`admin:${assay.admin.password}`).toString('base64')}`;
    const read = async (path: string) => {
      const answer = await fetch(`${assay.url}/v2/golden/kept/app/${path}`, { headers: { authorization } });
      assert.equal(answer.status, 200, path);
      return Buffer.from(await answer.arrayBuffer());
    };
    assert.ok((await read('manifests/1')).equals(image.manifest.bytes));
    for (const blob of [image.config, ...image.layers])
      assert.ok((await read(`blobs/${blob.digest}`)).equals(blob.bytes));
    const verified = JSON.parse(await assay.cli('verify', 'golden/kept/app:1', '--json'));
    assert.equal(verified.valid, true, JSON.stringify(verified));
    await pushImage(
      { url: assay.url, person: assay.admin, repository: 'staging/kept/new' },
      alpineImage({ about: 'new' }),
      '1',
    );
    assert.equal((await assay.api.waitForIntake('staging/kept/new:1')).status, 'cataloged');
  });
});
