import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type TarContent, writeTar } from '#formats/layers/index.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { indexTar } from './tar-index.ts';

async function index(bytes: Uint8Array): Promise<{ files: Record<string, string>; codes: string[] }> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'archive.tar');
  writeFileSync(path, bytes);
  await using file = await open(path);
  const { places, problems } = await indexTar(file);
  const files = [...places].map(([name, { offset, sizeBytes }]) => [
    name,
    Buffer.from(bytes).toString('utf8', offset, offset + sizeBytes),
  ]);
  return { files: Object.fromEntries(files), codes: problems.map((problem) => problem.code) };
}

const indexOf = (files: Record<string, TarContent>) => index(writeTar(files));

test('files are found by where they lie, long names included', async () => {
  const long = `${'x'.repeat(90)}/${'y'.repeat(90)}/z`;
  assert.deepEqual(await indexOf({ './a': 'one', 'b/c': 'two', empty: '', [long]: 'three' }), {
    files: { a: 'one', 'b/c': 'two', empty: '', [long]: 'three' },
    codes: [],
  });
});

test('links lead to the files that they name', async () => {
  const { files } = await indexOf({
    '1/layer.tar': 'bytes',
    '2/layer.tar': { symlink: '../1/layer.tar' },
    '3/layer.tar': { hardlink: '1/layer.tar' },
    '4/layer.tar': { symlink: '../../../../1/layer.tar' },
    '5/layer.tar': { symlink: '../9/layer.tar' },
  });
  assert.deepEqual(Object.keys(files), ['1/layer.tar', '2/layer.tar', '3/layer.tar', '4/layer.tar']);
  assert.deepEqual(new Set(Object.values(files)), new Set(['bytes']));
});

test('names cannot lead out of the archive', async () => {
  assert.deepEqual(Object.keys((await indexOf({ '../../etc/passwd': 'x', '/etc/shadow': 'y' })).files), [
    'etc/passwd',
    'etc/shadow',
  ]);
});

test('a last file that is cut off keeps the bytes it has', async () => {
  const tar = writeTar({ a: 'x'.repeat(600), b: 'y'.repeat(5000) });
  const found = await index(tar.subarray(0, 512 + 1024 + 512 + 100));
  assert.deepEqual(found.files, { a: 'x'.repeat(600), b: 'y'.repeat(100) });
  assert.deepEqual(found.codes, ['archive-damaged']);
});

test('damage ends the reading and keeps what came before', async () => {
  const tar = writeTar({ a: 'one', b: 'two', c: 'three' });
  tar[1024 + 10] = 0xff;
  assert.deepEqual(await index(tar), { files: { a: 'one' }, codes: ['archive-damaged'] });
});

test('bytes after the end are told', async () => {
  const tar = writeTar({ a: 'one' });
  assert.deepEqual((await index(Buffer.concat([tar, Buffer.alloc(9000)]))).codes, []);
  assert.deepEqual((await index(Buffer.concat([tar, Buffer.from('hidden')]))).codes, ['trailing-data']);
  assert.deepEqual((await index(Buffer.concat([tar, tar]))).codes, ['trailing-data']);
});

test('what is no tar is damaged from its first byte', async () => {
  assert.deepEqual(await index(Buffer.from('x'.repeat(2000))), { files: {}, codes: ['archive-damaged'] });
  assert.deepEqual(await index(Buffer.alloc(0)), { files: {}, codes: [] });
});
