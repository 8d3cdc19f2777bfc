import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundPackage } from '../cataloger.ts';
import { apk } from './apk.ts';
import { treeOf } from './sample-tree.ts';

const alpine = { id: 'alpine', versionId: '3.20.3', name: 'Alpine Linux v3.20', like: [] };

async function read(files: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  const packages: FoundPackage[] = await apk.read(treeOf(files), alpine, ({ code }) => problems.push(code));
  return { packages, problems };
}

const installed = `C:Q1abc=
P:libcrypto3
V:3.3.2-r0
A:x86_64
o:openssl
L:Apache-2.0
F:lib
R:libcrypto.so.3
a:0:0:755
Z:Q1def=
F:usr/lib
R:libcrypto.so.3

P:musl
V:1.2.5-r0
A:x86_64
F:
R:marker
F:lib
R:ld-musl-x86_64.so.1
`;

test('it wants the database where old and new releases keep it', () => {
  for (const path of ['lib/apk/db/installed', 'usr/lib/apk/db/installed', 'var/lib/apk/db/installed'])
    assert.ok(apk.wants(path), path);
  for (const path of ['lib/apk/db/scripts.tar', 'srv/lib/apk/db/installed']) assert.ok(!apk.wants(path), path);
});

test('a package has its origin as source, in the same version, and owns its files', async () => {
  const { packages, problems } = await read({ 'lib/apk/db/installed': installed });
  assert.deepEqual(problems, []);
  assert.deepEqual(packages[0], {
    name: 'libcrypto3',
    version: '3.3.2-r0',
    ecosystem: null,
    purl: 'pkg:apk/alpine/libcrypto3@3.3.2-r0?arch=x86_64&distro=alpine-3.20.3',
    sourceName: 'openssl',
    sourceVersion: '3.3.2-r0',
    licenses: ['Apache-2.0'],
    path: 'lib/apk/db/installed',
    owns: ['lib/libcrypto.so.3', 'usr/lib/libcrypto.so.3'],
  });
  assert.deepEqual([packages[1]?.sourceName, packages[1]?.owns], ['musl', ['marker', 'lib/ld-musl-x86_64.so.1']]);
});

test('the same package in two places of one image is one', async () => {
  const { packages } = await read({ 'lib/apk/db/installed': installed, 'usr/lib/apk/db/installed': installed });
  assert.equal(packages.length, 2);
});

test('a database that nothing can be read from is damaged, an empty one is not', async () => {
  assert.deepEqual((await read({ 'lib/apk/db/installed': 'garbage\n' })).problems, ['database-damaged']);
  assert.deepEqual(await read({ 'lib/apk/db/installed': '' }), { packages: [], problems: [] });
  assert.deepEqual((await read({ 'lib/apk/db/installed': 'P:x\n\nP:y\nV:1\n' })).packages.length, 1);
});
