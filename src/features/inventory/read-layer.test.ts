import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildLayer, npmModule } from '#testkit/images.ts';
import { type TarContent, writeTar } from '#testkit/tar.ts';
import type { DatabaseCataloger, FileCataloger } from './cataloger.ts';
import { catalogers } from './catalogers/index.ts';
import type { FileExaminer } from './file-examiner.ts';
import { packFacts, unpackFacts } from './layer-facts.ts';
import { type ReadDeps, type ReadLayer, readLayer } from './read-layer.ts';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 3000) yield bytes.subarray(at, at + 3000);
}

async function read(
  content: Readonly<Record<string, TarContent>> | Uint8Array,
  deps: Partial<ReadDeps> = {},
): Promise<ReadLayer> {
  const bytes = content instanceof Uint8Array ? content : writeTar(content);
  return readLayer({ catalogers, ...deps }, { digest: null, diffId: null, open: () => pieces(bytes) });
}

const codes = ({ facts, problems }: ReadLayer) => [...problems, ...facts.problems].map((problem) => problem.code);

test('one pass gives packages, database files, digests, links and what the layer removes', async () => {
  const { facts, problems } = await read({
    'app/node_modules/left/package.json': npmModule('left', '1.0.0'),
    'var/lib/dpkg/status': 'Package: a\n',
    'etc/os-release': 'ID=debian\n',
    'usr/share/': { directory: true },
    lib: { symlink: 'usr/lib' },
    'app/copy': { hardlink: 'etc/os-release' },
    'etc/.wh.motd': '',
    'srv/.wh..wh..opq': '',
    'tmp/.wh..wh.plnk': '',
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(facts.problems, []);
  assert.deepEqual(
    facts.packages.map(({ cataloger, path, packages }) => [cataloger, path, packages[0]?.name]),
    [['npm', 'app/node_modules/left/package.json', 'left']],
  );
  assert.deepEqual(
    facts.databaseFiles.map((file) => [file.path, Buffer.from(file.bytes).toString()]),
    [
      ['var/lib/dpkg/status', 'Package: a\n'],
      ['etc/os-release', 'ID=debian\n'],
    ],
  );
  assert.deepEqual(facts.hashes[2], { path: 'etc/os-release', sha256: sha256('ID=debian\n'), sizeBytes: 10 });
  assert.deepEqual(facts.symlinks, [['lib', 'usr/lib']]);
  assert.deepEqual(facts.hardlinks, [['app/copy', 'etc/os-release']]);
  assert.deepEqual(facts.directories, ['usr/share']);
  assert.deepEqual({ whiteouts: facts.whiteouts, opaque: facts.opaque }, { whiteouts: ['etc/motd'], opaque: ['srv'] });
});

test('facts survive being stored', async () => {
  const { facts } = await read({ 'var/lib/dpkg/status': 'Package: a\n', 'a.txt': 'x' });
  const stored = unpackFacts(packFacts(facts));
  assert.deepEqual({ ...stored, databaseFiles: [] }, { ...facts, databaseFiles: [] });
  assert.equal(Buffer.from(stored.databaseFiles[0]?.bytes ?? []).toString(), 'Package: a\n');
});

test('digests are right for files of every size', async () => {
  const files = Object.fromEntries(
    [0, 1, 511, 512, 513, 3000, 70_000, 300_001].map((size) => [`f${size}`, Buffer.alloc(size, 'q')]),
  );
  const { facts } = await read(gzipSync(writeTar(files)));
  assert.deepEqual(
    facts.hashes.map(({ path, sha256: digest }) => [path, digest]),
    Object.entries(files).map(([path, bytes]) => [path, sha256(bytes)]),
  );
});

test('the digests that the image names are compared with the bytes', async () => {
  const layer = buildLayer({ a: 'x' });
  const open = () => pieces(layer.bytes);
  const good = await readLayer({ catalogers }, { digest: layer.digest, diffId: layer.diffId, open });
  assert.deepEqual(codes(good), []);
  assert.equal(good.facts.diffId, layer.diffId);
  const lie = `sha256:${'0'.repeat(64)}`;
  const wrong = await readLayer({ catalogers }, { digest: lie, diffId: lie, open });
  assert.deepEqual(codes(wrong), ['digest-mismatch', 'digest-mismatch']);
  assert.equal(wrong.facts.diffId, layer.diffId, 'facts are kept by what the content is');
  assert.equal(wrong.problems[0]?.layer, lie, 'problems name the layer as the image does');
  const longDigest = `sha512:${createHash('sha512').update(layer.bytes).digest('hex')}`;
  assert.deepEqual(codes(await readLayer({ catalogers }, { digest: longDigest, diffId: layer.diffId, open })), []);
});

test('a damaged layer is read as far as it goes', async () => {
  const tar = writeTar({ 'node_modules/a/package.json': npmModule('a', '1.0.0'), big: Buffer.alloc(100_000, 'z') });
  const cut = await read(gzipSync(tar, { level: 0 }).subarray(0, 60_000));
  assert.deepEqual(codes(cut), ['layer-damaged', 'layer-damaged']);
  assert.equal(cut.facts.packages.length, 1);
  const trailing = await read(Buffer.concat([gzipSync(tar), Buffer.from('more')]));
  assert.deepEqual(codes(trailing), ['trailing-data']);
  assert.equal(trailing.facts.packages.length, 1);
  assert.deepEqual(codes(await read(Buffer.from('this is no archive '.repeat(60)))), ['layer-damaged']);
  assert.deepEqual(codes(await read(new Uint8Array())), []);
});

test('each limit is named', async () => {
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`folder/file-${i}`, 'x'.repeat(400)]));
  const rows: [ReadDeps['limits'], RegExp][] = [
    [{ maxLayerBytes: 5000 }, /exceeds the limit of 5000 bytes/],
    [{ maxEntries: 20 }, /more than 20 entries/],
    [{ maxPathBytes: 100 }, /paths exceed the limit of 100 bytes/],
    [{ timeoutMs: 0 }, /longer than 0 s/],
  ];
  for (const [limits, message] of rows) {
    const { problems } = await read(files, { limits });
    assert.equal(problems[0]?.code, 'layer-too-large');
    assert.match(problems[0]?.message ?? '', message);
  }
  const bomb = await read(gzipSync(Buffer.alloc(100 * 1024 * 1024)), { limits: { maxRatio: 100 } });
  assert.match(bomb.problems[0]?.message ?? '', /more than 100 times its size/);
});

test('a file that is too large for a cataloger is a problem, and so is one that makes it fail', async () => {
  const small: FileCataloger = {
    kind: 'file',
    id: 'small',
    version: 1,
    maxBytes: 3,
    wants: ({ path }) => path.endsWith('.s'),
    read(file) {
      throw new Error(`no ${file.path}`);
    },
  };
  const { facts } = await read({ 'a.s': '1234', 'b.s': '123' }, { catalogers: [small] });
  assert.deepEqual(
    facts.problems.map(({ code, message, path }) => [code, message, path]),
    [
      ['file-too-large', 'small did not read it: 4 bytes exceed the limit of 3', 'a.s'],
      ['scanner-failed', 'small failed: no b.s', 'b.s'],
    ],
  );
});

test('of two entries for one path the later counts, and a difference is a problem', async () => {
  const tar = Buffer.concat([
    writeTar({ 'node_modules/a/package.json': npmModule('a', '1.0.0') }).subarray(0, -1024),
    writeTar({ 'node_modules/a/package.json': npmModule('a', '2.0.0') }),
  ]);
  const { facts } = await read(tar);
  assert.deepEqual(
    facts.packages.flatMap((file) => file.packages.map((found) => found.version)),
    ['2.0.0'],
  );
  assert.equal(facts.hashes.length, 1);
  assert.deepEqual(
    facts.problems.map((problem) => problem.code),
    ['ambiguous-entry'],
  );
  const link = Buffer.concat([
    writeTar({ 'var/lib/dpkg/status': 'Package: a\n' }).subarray(0, -1024),
    writeTar({ 'var/lib/dpkg/status': { symlink: '/dev/null' } }),
  ]);
  const replaced = (await read(link)).facts;
  assert.deepEqual([replaced.databaseFiles, replaced.hashes], [[], []]);
  assert.deepEqual(
    replaced.problems.map((problem) => problem.code),
    ['ambiguous-entry'],
  );
  const same = Buffer.concat([writeTar({ a: 'x' }).subarray(0, -1024), writeTar({ a: 'x' })]);
  assert.deepEqual((await read(same)).facts.problems, []);
});

test('a file that hard links put into place is read under the names that are wanted', async () => {
  const database: DatabaseCataloger = {
    kind: 'database',
    id: 'd',
    version: 1,
    maxBytes: 100,
    folders: ['db'],
    wants: (path) => path === 'db/status',
    read: () => [],
  };
  const { facts } = await read(
    {
      'store/v3/ab/cdef': npmModule('linked', '1.2.3'),
      'app/node_modules/linked/package.json': { hardlink: 'store/v3/ab/cdef' },
      'app/node_modules/again/package.json': { hardlink: 'app/node_modules/linked/package.json' },
      'opt/where': 'Package: x\n',
      'db/status': { hardlink: 'opt/where' },
    },
    { catalogers: [...catalogers, database] },
  );
  assert.deepEqual(
    facts.packages.flatMap((file) => file.packages.map((found) => `${found.name} ${found.path}`)).sort(),
    ['linked app/node_modules/again/package.json', 'linked app/node_modules/linked/package.json'],
  );
  assert.deepEqual(
    facts.databaseFiles.map((file) => file.path),
    ['db/status'],
  );
  assert.equal(facts.hashes.length, 2);
});

test('a hard link to itself leaves the file', async () => {
  const files = { 'etc/os-release': 'ID=debian\n' };
  const self = writeTar({ 'etc/os-release': { hardlink: 'etc/os-release' } });
  const { facts } = await read(Buffer.concat([writeTar(files).subarray(0, -1024), self]));
  assert.equal(facts.databaseFiles.length, 1);
  assert.deepEqual(
    facts.problems.map((problem) => problem.code),
    ['ambiguous-entry'],
  );
});

test('every file is shown to the examiner once, and only those that it may need are held', async () => {
  const asked: string[] = [];
  const seen: string[] = [];
  const examiner: FileExaminer = {
    version: '1',
    mayNeed: (sizeBytes) => sizeBytes < 100_000,
    needs: (digest, sizeBytes) => {
      asked.push(digest);
      return sizeBytes !== 2;
    },
    examine: ({ sha256: digest, bytes }) => {
      assert.equal(sha256(bytes), digest);
      seen.push(digest);
    },
    problems: (files) =>
      [...files]
        .filter((file) => !seen.includes(file.sha256))
        .map((file) => ({ code: 'malware-not-examined', message: '', path: file.path, layer: file.layer })),
  };
  const { facts } = await read(
    { a: 'abc', b: 'no', c: Buffer.alloc(80_000, 'c'), large: Buffer.alloc(200_000) },
    { examiner },
  );
  assert.equal(asked.length, 4);
  assert.deepEqual(seen, [sha256('abc'), sha256(Buffer.alloc(80_000, 'c'))]);
  assert.deepEqual(
    facts.problems.map((problem) => problem.path),
    ['b', 'large'],
  );
  assert.equal(facts.catalogers.malware, '1');
});

test('a source that fails, fails the reading', async () => {
  const open = async function* () {
    yield new Uint8Array(10);
    throw new Error('connection lost');
  };
  await assert.rejects(readLayer({ catalogers }, { digest: null, diffId: null, open }), { message: 'connection lost' });
});
