import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { chisel } from './chisel.ts';
import { treeOf } from './sample-tree.ts';

const noble = { id: 'ubuntu', versionId: '24.04', name: 'Ubuntu 24.04', like: ['debian'] };
const manifest = 'opt/x/manifest.wall';
const lines = [
  { jsonwall: '1.0', schema: '1.0', count: 6 },
  { kind: 'content', slice: 'libc6_libs', path: '/usr/lib/x86_64-linux-gnu/libc.so.6' },
  { kind: 'content', slice: 'python3.12-minimal_bins', path: '/usr/bin/python3.12' },
  { kind: 'package', name: 'libc6', version: '2.39-0ubuntu8.3', sha256: 'aa', arch: 'amd64' },
  { kind: 'package', name: 'python3.12-minimal', version: '3.12.3-1ubuntu0.2', sha256: 'bb', arch: 'amd64' },
  { kind: 'path', path: '/usr/bin/python3.12', mode: '0755', slices: ['python3.12-minimal_bins'], sha256: 'cc' },
  { kind: 'slice', name: 'libc6_libs' },
];
const wall = (rows: readonly unknown[]) => zstdCompressSync(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));

async function read(bytes: Uint8Array) {
  const problems: string[] = [];
  const packages = await chisel.read(treeOf({ [manifest]: bytes }), noble, ({ code }) => problems.push(code));
  return { packages, problems };
}

test('the manifest gives the packages, their source packages and what their slices hold', async () => {
  const { packages, problems } = await read(wall(lines));
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ name, version, sourceName, owns }) => [name, version, sourceName, owns]),
    [
      ['libc6', '2.39-0ubuntu8.3', 'glibc', ['usr/lib/x86_64-linux-gnu/libc.so.6']],
      ['python3.12-minimal', '3.12.3-1ubuntu0.2', 'python3.12', ['usr/bin/python3.12']],
    ],
  );
  assert.equal(packages[0]?.purl, 'pkg:deb/ubuntu/libc6@2.39-0ubuntu8.3?arch=amd64&distro=ubuntu-24.04');
  assert.equal(packages[0]?.ecosystem, null);
});

test('a manifest that is broken, empty or too large says so, and what could be read counts', async () => {
  assert.deepEqual((await read(Buffer.from('no zstd'))).problems, ['database-damaged']);
  assert.deepEqual((await read(wall([]))).problems, ['database-damaged']);
  const half = zstdCompressSync(`${JSON.stringify(lines[3])}\n{"kind":\n`);
  const { packages, problems } = await read(half);
  assert.deepEqual([packages.length, problems], [1, ['database-damaged']]);
  assert.deepEqual(await chisel.read(treeOf({}), noble, () => undefined), []);
});
