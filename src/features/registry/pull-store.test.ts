import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { diskBlobs } from '#platform/blobs/disk.ts';
import { testDatabase } from '#testkit/database.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { type BlobDeps, consumersOf, digestOf, recordPull, recordPulls, registryMigrations } from './index.ts';

describe('pulls in the registry', () => {
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
});
