import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { writeTar } from '#formats/layers/index.ts';
import { collect } from '#kernel/async.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { openPacked } from './packed-archive.ts';

const MB = 1024 * 1024;
const [first, second, third] = [randomBytes(3 * MB), randomBytes(2 * MB + 1), randomBytes(2 * MB)];
const tar = writeTar({
  'manifest.json': '[]',
  'a/layer.tar': first,
  empty: '',
  'b/layer.tar': second,
  'c/layer.tar': { symlink: '../a/layer.tar' },
  'd/layer.tar': { hardlink: 'b/layer.tar' },
  'e/layer.tar': { symlink: '../nowhere/layer.tar' },
  'f/layer.tar': third,
});

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
before(async () => {
  folder = await temporaryFolder();
});
after(() => folder[Symbol.asyncDispose]());

function fileOf(bytes: Uint8Array): string {
  const path = join(folder.path, randomBytes(8).toString('hex'));
  writeFileSync(path, bytes);
  return path;
}

for (const [packing, pack] of [
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
] as const) {
  test(`${packing}: files are read in any order, again and at the same time`, async () => {
    await using files = await openPacked(fileOf(pack(tar)), packing);
    const read = async (name: string) => Buffer.concat(await collect(files.open(name)));
    assert.deepEqual(files.problems, []);
    assert.equal(String(await files.read('manifest.json', 100)), '[]');
    assert.equal((await read('empty')).length, 0);
    for (const [name, expected] of [
      ['f/layer.tar', third],
      ['a/layer.tar', first],
      ['b/layer.tar', second],
      ['c/layer.tar', first],
      ['d/layer.tar', second],
    ] as const)
      assert.ok((await read(name)).equals(expected), name);
    const both = await Promise.all([read('b/layer.tar'), read('a/layer.tar'), read('b/layer.tar')]);
    assert.deepEqual(
      both.map((bytes) => bytes.length),
      [second.length, first.length, second.length],
    );
    assert.ok(!files.has('e/layer.tar'), 'a link to nothing is nothing');
  });
}

test('what is larger than asked for is refused, what is not there is undefined', async () => {
  await using files = await openPacked(fileOf(gzipSync(tar)), 'gzip');
  await assert.rejects(files.read('a/layer.tar', MB), /exceeds the limit of 1048576 bytes/);
  await assert.rejects(files.read('manifest.json', 1), /exceeds the limit of 1 bytes/);
  assert.equal(await files.read('nothing', 100), undefined);
  assert.throws(() => files.open('nothing'), /the archive does not hold it/);
});

test('a reading that is left early harms no later one', async () => {
  await using files = await openPacked(fileOf(gzipSync(tar)), 'gzip');
  for await (const _ of files.open('a/layer.tar')) break;
  assert.ok(Buffer.concat(await collect(files.open('a/layer.tar'))).equals(first));
});

test('an archive that is cut off keeps what came before, and says so once', async () => {
  const packed = gzipSync(tar);
  await using files = await openPacked(fileOf(packed.subarray(0, 4 * MB)), 'gzip');
  assert.deepEqual(
    files.problems.map((problem) => problem.code),
    ['archive-damaged'],
  );
  assert.ok(Buffer.concat(await collect(files.open('a/layer.tar'))).equals(first));
  const part = Buffer.concat(await collect(files.open('b/layer.tar')));
  assert.ok(part.length > 0 && part.length < second.length);
  assert.ok(second.subarray(0, part.length).equals(part));
  assert.ok(!files.has('f/layer.tar'));
});

test('bytes after the end are told, other bytes are no archive', async () => {
  await using trailing = await openPacked(fileOf(gzipSync(Buffer.concat([tar, Buffer.from('more')]))), 'gzip');
  assert.deepEqual(
    trailing.problems.map((problem) => problem.code),
    ['trailing-data'],
  );
  await using noise = await openPacked(fileOf(gzipSync(randomBytes(2000))), 'gzip');
  assert.deepEqual(
    noise.problems.map((problem) => problem.code),
    ['archive-damaged'],
  );
});

test('an archive that unpacks to far more than it is, is left', async () => {
  await using files = await openPacked(fileOf(zstdCompressSync(writeTar({ big: Buffer.alloc(160 * MB) }))), 'zstd');
  assert.match(files.problems[0]?.message ?? '', /not read to its end/);
});
