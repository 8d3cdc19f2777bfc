import assert from 'node:assert/strict';
import { test } from 'node:test';
import { effortOf } from '#testkit/effort.ts';
import type { FileTree } from './cataloger.ts';
import { detectDistributions, distributionFiles, distributionFor } from './distribution.ts';

function detect(files: Readonly<Record<string, string>>): string | null {
  const tree: FileTree = {
    find: (path) => {
      const bytes = Buffer.from(files[path] ?? '');
      return path in files ? { path, bytes, mode: 0o644, sizeBytes: bytes.length, layer: 'sha256:0' } : undefined;
    },
    list: () => [],
    entries: () => [],
  };
  const [found] = detectDistributions(tree);
  return found ? `${found.id} ${found.versionId}`.trim() : null;
}

test('os-release says it, quoted or not, in either place', () => {
  const rows: [string, string][] = [
    ['ID=alpine\nVERSION_ID=3.20.3\n', 'alpine 3.20.3'],
    ['# comment\n\nID="rhel"\nVERSION_ID="9.3"\n', 'rhel 9.3'],
    ["ID='ubuntu'\nVERSION_ID='22.04'\r\n", 'ubuntu 22.04'],
    ['ID=Wolfi\nVERSION_ID="20230201"', 'wolfi 20230201'],
    ['ID=debian\nPRETTY_NAME="Debian GNU/Linux trixie/sid"', 'debian'],
  ];
  for (const [text, expected] of rows) {
    assert.equal(detect({ 'etc/os-release': text }), expected);
    assert.equal(detect({ 'usr/lib/os-release': text }), expected);
  }
});

test('names and kinship are kept for people and for derivatives', () => {
  const text =
    'ID="rocky"\nID_LIKE="rhel centos  fedora"\nVERSION_ID="9.3"\nPRETTY_NAME="Rocky Linux 9.3 (Blue Onyx)"\n';
  const bytes = Buffer.from(text);
  const file = { path: 'etc/os-release', bytes, mode: 0, sizeBytes: bytes.length, layer: '' };
  const [found] = detectDistributions({
    find: (path) => (path === 'etc/os-release' ? file : undefined),
    list: () => [],
    entries: () => [],
  });
  assert.deepEqual(found, {
    id: 'rocky',
    versionId: '9.3',
    name: 'Rocky Linux 9.3 (Blue Onyx)',
    like: ['rhel', 'centos', 'fedora'],
  });
});

test('older and smaller images are known by other files', () => {
  const rows: [Record<string, string>, string | null][] = [
    [{ 'etc/alpine-release': '3.10.4\n' }, 'alpine 3.10.4'],
    [{ 'etc/apk/repositories': 'https://dl.example/alpine/v3.18/main\n' }, 'alpine 3.18'],
    [{ 'etc/debian_version': '8.11\n' }, 'debian 8'],
    [{ 'etc/debian_version': 'bookworm/sid\n' }, 'debian 12'],
    [{ 'etc/redhat-release': 'Red Hat Enterprise Linux Server release 6.10 (Santiago)\n' }, 'rhel 6.10'],
    [
      { 'etc/centos-release': 'CentOS Linux release 7.9.2009 (Core)\n', 'etc/redhat-release': 'CentOS' },
      'centos 7.9.2009',
    ],
    [{ 'etc/redhat-release': 'AlmaLinux release 8.9 (Midnight Oncilla)\n' }, 'almalinux 8.9'],
    [{ 'etc/system-release': 'Amazon Linux release 2 (Karoo)\n' }, 'amzn 2'],
    [{ 'etc/os-release': 'NAME="no id"\n', 'etc/alpine-release': '3.7.3' }, 'alpine 3.7.3'],
    [{ 'etc/alpine-release': '3.21_alpha20240807\n' }, 'alpine 3.21_alpha20240807'],
    [{ 'etc/apk/repositories': 'https://dl.example/alpine/edge/main\n' }, 'alpine edge'],
    [{ 'etc/apk/repositories': 'https://packages.wolfi.dev/os\n' }, 'wolfi'],
    [
      { 'etc/lsb-release': 'DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=22.04\n', 'etc/debian_version': 'bookworm/sid' },
      'ubuntu 22.04',
    ],
    [{ 'etc/openwrt_release': "DISTRIB_ID='OpenWrt'\nDISTRIB_RELEASE='23.05.2'\n" }, 'openwrt 23.05.2'],
    [{ 'etc/SuSE-release': 'SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n' }, 'sles 11.4'],
    [{ 'etc/photon-release': 'VMware Photon OS 4.0\nPHOTON_BUILD_NUMBER=x\n' }, 'photon 4.0'],
    [{ 'etc/mariner-release': 'CBL-Mariner 2.0.20230126\n' }, 'mariner 2.0'],
    [{ 'etc/openEuler-release': 'openEuler release 22.03 (LTS-SP3)\n' }, 'openeuler 22.03'],
    [{ 'etc/arch-release': '' }, 'arch'],
    [{ 'etc/gentoo-release': 'Gentoo Base System release 2.15\n' }, 'gentoo 2.15'],
    [{ 'etc/debian_version': 'unheard/of' }, null],
    [{}, null],
  ];
  for (const [files, expected] of rows) assert.equal(detect(files), expected, JSON.stringify(files));
});

test('of a mixed image, packages belong to the distribution that has such packages', () => {
  const tell = (id: string, versionId = '1', like: string[] = []) => ({ id, versionId, name: id, like });
  const mixed = [tell('alpine', '3.20'), tell('debian', '12')];
  assert.equal(distributionFor(mixed, 'apk')?.id, 'alpine');
  assert.equal(distributionFor(mixed, 'deb')?.id, 'debian');
  assert.equal(distributionFor(mixed, 'rpm'), null);
  assert.equal(distributionFor(mixed, undefined)?.id, 'alpine');
  assert.equal(distributionFor([tell('homemade')], 'rpm')?.id, 'homemade');
  assert.equal(distributionFor([tell('linuxmint', '22', ['ubuntu', 'debian'])], 'rpm'), null);
  assert.equal(distributionFor([tell('linuxmint', '22', ['ubuntu', 'debian'])], 'deb')?.id, 'linuxmint');
});

test('every file that is looked at is kept from the layers', () => {
  const asked: string[] = [];
  detectDistributions({ find: (path) => void asked.push(path), list: () => [], entries: () => [] });
  assert.deepEqual([...new Set(asked)].sort(), [...distributionFiles].sort());
});

test('long lines cost no time', async () => {
  const files = { 'etc/os-release': `ID=${'"'.repeat(500_000)}`, 'etc/redhat-release': 'a '.repeat(500_000) };
  assert.ok((await effortOf(() => detect(files))) < 1000);
});
