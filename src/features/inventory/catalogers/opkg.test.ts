import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundPackage } from '../cataloger.ts';
import { opkg } from './opkg.ts';
import { treeOf } from './sample-tree.ts';

const openwrt = { id: 'openwrt', versionId: '23.05', name: 'OpenWrt', like: [] };
const zlib = 'Package: zlib\nVersion: 1.2.13-1\nStatus: install user installed\nArchitecture: x86_64\n';

async function read(files: Readonly<Record<string, string>>) {
  const problems: string[] = [];
  const packages: FoundPackage[] = await opkg.read(treeOf(files), openwrt, ({ code }) => problems.push(code));
  return { problems, packages: packages.map(({ name, version, path, owns }) => ({ name, version, path, owns })) };
}

test('it wants the databases, the descriptions and the lists of files, and nothing else', () => {
  const wanted = ['usr/lib/opkg/status', 'lib/opkg/info/zlib.control', 'var/lib/opkg/info/zlib.list'];
  for (const path of wanted) assert.ok(opkg.wants(path), path);
  for (const path of ['usr/lib/opkg/info/zlib.postinst', 'srv/lib/opkg/status', 'usr/lib/opkg/lists/base'])
    assert.ok(!opkg.wants(path), path);
});

test('the database has the packages, and lists beside it what they own', async () => {
  const { packages, problems } = await read({
    'usr/lib/opkg/status': zlib,
    'usr/lib/opkg/info/zlib.list': '/usr/lib/libz.so\t0644\n/usr/lib/libz.so.1\n',
  });
  assert.deepEqual(packages, [
    { name: 'zlib', version: '1.2.13-1', path: 'usr/lib/opkg/status', owns: ['usr/lib/libz.so', 'usr/lib/libz.so.1'] },
  ]);
  assert.deepEqual(problems, []);
  const [found] = await opkg.read(treeOf({ 'usr/lib/opkg/status': zlib }), openwrt, () => undefined);
  assert.equal(found?.purl, 'pkg:opkg/openwrt/zlib@1.2.13-1?arch=x86_64&distro=openwrt-23.05');
});

test('without a database the descriptions of single packages are read; with it they add nothing', async () => {
  const control = 'Package: zlib\nVersion: 1.2.13-1\nArchitecture: x86_64\nSource: feeds/zlib\n';
  const alone = await read({ 'lib/opkg/info/zlib.control': control });
  assert.deepEqual(
    alone.packages.map(({ name, path }) => [name, path]),
    [['zlib', 'lib/opkg/info/zlib.control']],
  );
  const both = await read({ 'lib/opkg/info/zlib.control': control, 'lib/opkg/status': zlib });
  assert.equal(both.packages.length, 1);
});

test('what is no description is damaged', async () => {
  assert.deepEqual((await read({ 'lib/opkg/status': 'nothing\n' })).problems, ['database-damaged']);
  assert.deepEqual((await read({ 'lib/opkg/status': '' })).problems, []);
});
