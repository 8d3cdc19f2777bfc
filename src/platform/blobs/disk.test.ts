import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { blobStoreSuite } from './blob-store.suite.ts';
import { diskBlobs } from './disk.ts';
import { failure } from './disk-failure.ts';

blobStoreSuite('disk', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-blobs-'));
  return {
    store: await diskBlobs(folder),
    other: await diskBlobs(folder),
    close: () => rm(folder, { recursive: true, force: true }),
  };
});

test('a full disk is told in a sentence', () => {
  const told = failure('store blob', Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' }));
  assert.match(String(told), /cannot store blob: the disk of the data folder is full/);
  assert.equal((told as { code?: string }).code, 'unavailable');
});

test('a store in a place that is no folder says so at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-blobs-'));
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(diskBlobs(join(folder, 'file')), { code: 'unavailable' });
  assert.deepEqual(await readdir(folder), ['file']);
  await rm(folder, { recursive: true });
});
