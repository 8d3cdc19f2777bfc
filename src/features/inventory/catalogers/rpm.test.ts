import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Distribution } from '#model/package.ts';
import type { FoundPackage } from '../cataloger.ts';
import { buildBerkeleyDb, buildHeader, buildNdb } from './rpm/sample-databases.ts';
import { readImageFiles } from './rpm/sample-images.ts';
import { rpm } from './rpm.ts';
import { treeOf } from './sample-tree.ts';

const alma: Distribution = { id: 'almalinux', versionId: '9.3', name: 'AlmaLinux 9.3', like: ['rhel'] };
type Reported = { code: string; message: string; path: string };

async function read(
  files: Readonly<Record<string, Uint8Array>>,
  distribution: Distribution | null = alma,
): Promise<{ packages: FoundPackage[]; problems: Reported[] }> {
  const problems: Reported[] = [];
  const packages = await rpm.read(treeOf(files), distribution, (problem) => problems.push(problem));
  return { packages, problems };
}

test('it wants the three kinds of database in the three folders, and nothing else', () => {
  for (const path of [
    'var/lib/rpm/Packages',
    'var/lib/rpm/rpmdb.sqlite-wal',
    'usr/lib/sysimage/rpm/Packages.db',
    'usr/share/rpm/rpmdb.sqlite',
  ]) {
    assert.ok(rpm.wants(path), path);
  }
  for (const path of ['var/lib/rpm/Basenames', 'srv/var/lib/rpm/Packages', 'var/lib/rpm/rpmdb.sqlite-shm']) {
    assert.ok(!rpm.wants(path), path);
  }
});

test('a package has its version as advisories write it, its source, its module and what it owns', async () => {
  const header = buildHeader({
    name: 'nodejs',
    version: '18.19.0',
    release: '1.module_el9.3.0+1',
    epoch: 1,
    arch: 'aarch64',
    license: 'MIT',
    sourceRpm: 'nodejs-18.19.0-1.module_el9.3.0+1.src.rpm',
    modularityLabel: 'nodejs:18:9030:abc',
    files: [{ dir: '/usr/bin/', base: 'node' }],
  });
  const { packages, problems } = await read({ 'var/lib/rpm/Packages.db': buildNdb([header]) });
  assert.deepEqual(problems, []);
  assert.deepEqual(packages, [
    {
      name: 'nodejs',
      version: '1:18.19.0-1.module_el9.3.0+1',
      ecosystem: null,
      purl: 'pkg:rpm/almalinux/nodejs@18.19.0-1.module_el9.3.0%2B1?arch=aarch64&distro=almalinux-9.3&epoch=1',
      sourceName: 'nodejs',
      sourceVersion: '1:18.19.0-1.module_el9.3.0+1',
      module: 'nodejs:18',
      licenses: ['MIT'],
      path: 'var/lib/rpm/Packages.db',
      owns: ['usr/bin/node'],
    },
  ]);
});

test('an epoch of 0 is not written, public keys are no packages, and without a distribution the purl has none', async () => {
  const headers = [buildHeader({ name: 'bash', epoch: 0 }), buildHeader({ name: 'gpg-pubkey' })];
  const { packages } = await read({ 'var/lib/rpm/Packages': buildBerkeleyDb(headers, 'LE') }, null);
  assert.deepEqual(
    packages.map(({ version, purl }) => [version, purl]),
    [['1.0-1.el9', 'pkg:rpm/bash@1.0-1.el9?arch=x86_64']],
  );
});

test('a modular build without a label is still known as modular', async () => {
  const headers = [buildHeader({ name: 'a', release: '1.module+el8+1' }), buildHeader({ name: 'b' })];
  const { packages } = await read({ 'var/lib/rpm/Packages.db': buildNdb(headers) });
  assert.deepEqual(
    packages.map((found) => found.module),
    ['unknown:unknown', undefined],
  );
});

test('a package of a third party is not one of the distribution', async () => {
  const headers = [
    buildHeader({ name: 'nodejs', vendor: 'NodeSource' }),
    buildHeader({ name: 'bash', vendor: 'AlmaLinux' }),
    buildHeader({ name: 'curl', vendor: 'Microsoft Corporation' }),
  ];
  const files = { 'var/lib/rpm/Packages.db': buildNdb(headers) };
  const ecosystems = async (distribution: Distribution) =>
    (await read(files, distribution)).packages.map((found) => found.ecosystem);
  assert.deepEqual(await ecosystems(alma), ['', null, '']);
  assert.deepEqual(await ecosystems({ ...alma, id: 'azurelinux' }), ['', null, null]);
});

test('one database seen through two folders, or in two forms, is reported once', async () => {
  const headers = [buildHeader({ name: 'bash' }), buildHeader({ name: 'zlib' })];
  const { packages } = await read({
    'var/lib/rpm/Packages.db': buildNdb(headers),
    'usr/lib/sysimage/rpm/Packages.db': buildNdb(headers),
    'var/lib/rpm/Packages': buildBerkeleyDb(headers, 'LE'),
    'var/lib/rpm/rpmdb.sqlite': new Uint8Array(0),
  });
  assert.equal(packages.length, 2);
});

test('a broken header is a problem and the rest is read; a thoroughly broken database has few problems', async () => {
  const one = await read({
    'var/lib/rpm/Packages.db': buildNdb([Buffer.alloc(64), buildHeader({ name: 'bash' })]),
  });
  assert.deepEqual(
    one.packages.map((found) => found.name),
    ['bash'],
  );
  assert.deepEqual(
    one.problems.map(({ code, path }) => [code, path]),
    [['database-damaged', 'var/lib/rpm/Packages.db']],
  );
  const all = await read({ 'var/lib/rpm/Packages.db': buildNdb(Array.from({ length: 100 }, () => Buffer.alloc(64))) });
  assert.equal(all.problems.length, 20);
  const garbage = await read({ 'var/lib/rpm/rpmdb.sqlite': Buffer.from('not a database') });
  assert.equal(garbage.problems.length, 1);
});

test('the manifest of a distroless image is read in place of a database', async () => {
  const line =
    'openssl-libs\t3.3.0-2.azl3\t1\t1\tMicrosoft Corporation\t(none)\t9\tx86_64\t0\topenssl-3.3.0-2.azl3.src.rpm';
  const { packages, problems } = await read(
    { 'var/lib/rpmmanifest/container-manifest-2': Buffer.from(`${line}\nbroken\n`) },
    { ...alma, id: 'azurelinux', versionId: '3.0' },
  );
  assert.deepEqual(
    packages.map(({ name, version, sourceName, purl }) => [name, version, sourceName, purl]),
    [
      [
        'openssl-libs',
        '3.3.0-2.azl3',
        'openssl',
        'pkg:rpm/azurelinux/openssl-libs@3.3.0-2.azl3?arch=x86_64&distro=azurelinux-3.0',
      ],
    ],
  );
  assert.equal(problems.length, 1);
});

test('the list of names is read where the manifest is missing', async () => {
  const list = Buffer.from('openssl-libs-3.3.0-2.azl3.x86_64\nca-certificates-base-1:2023-1.noarch\nbroken\n');
  const azure = { ...alma, id: 'azurelinux', versionId: '3.0' };
  const { packages, problems } = await read({ 'var/lib/rpmmanifest/container-manifest-1': list }, azure);
  assert.deepEqual(
    packages.map(({ name, version }) => [name, version]),
    [
      ['openssl-libs', '3.3.0-2.azl3'],
      ['ca-certificates-base', '1:2023-1'],
    ],
  );
  assert.equal(problems.length, 1);
});

const data = process.env.ASSAY_TEST_DATA;
const images = [
  { archive: 'almalinux-9.3-micro-arm64.oci.tar', count: 22, bash: '5.1.8-6.el9_1' },
  { archive: 'almalinux-8.9-micro-s390x.oci.tar', count: 19, bash: '4.4.20-4.el8_6' },
];
for (const { archive, count, bash } of images) {
  test(`${archive} gives its packages`, { skip: data ? false : 'ASSAY_TEST_DATA is not set' }, async () => {
    const { packages, problems } = await read(readImageFiles(join(data ?? '', 'images', archive), rpm.wants));
    assert.deepEqual(problems, []);
    assert.equal(packages.length, count);
    const found = packages.find((item) => item.name === 'bash');
    assert.equal(found?.version, bash);
    assert.ok(found?.owns?.includes('usr/bin/bash'));
  });
}

/** The files of a database into which rpm put one package, which owns two files. */
function installReal(): Record<string, Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-rpm-'));
  try {
    const database = join(folder, 'db');
    const spec = join(folder, 'sample.spec');
    const description = ['Name: sample', 'Version: 1.2', 'Release: 3.el9', 'Epoch: 1', 'Summary: x', 'License: MIT'];
    const sections = [
      'BuildArch: noarch',
      'Vendor: Somebody',
      '%description',
      'x',
      '%install',
      'mkdir -p %{buildroot}/opt/sample',
    ];
    const files = [
      'echo a > %{buildroot}/opt/sample/a',
      'echo b > %{buildroot}/opt/b',
      '%files',
      '/opt/sample/a',
      '/opt/b',
    ];
    writeFileSync(spec, [...description, ...sections, ...files, ''].join('\n'));
    const run = (program: string, ...args: string[]) => execFileSync(program, args, { stdio: 'ignore' });
    run('rpmbuild', '-bb', '--define', `_topdir ${folder}/build`, spec);
    const options = ['--define', `_dbpath ${database}`, '--define', '_db_backend sqlite'];
    run('rpmdb', ...options, '--initdb');
    const built = join(folder, 'build', 'RPMS', 'noarch', 'sample-1.2-3.el9.noarch.rpm');
    run('rpm', ...options, '-i', '--justdb', '--nodeps', '--nosignature', built);
    const names = readdirSync(database).filter((name) => rpm.wants(`var/lib/rpm/${name}`));
    return Object.fromEntries(names.map((name) => [`var/lib/rpm/${name}`, readFileSync(join(database, name))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a database that rpm itself wrote is read', { skip: rpmIsAbsent() }, async () => {
  const { packages, problems } = await read(installReal());
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ name, version, sourceName, owns }) => [name, version, sourceName, [...(owns ?? [])].sort()]),
    [['sample', '1:1.2-3.el9', 'sample', ['opt/b', 'opt/sample/a']]],
  );
});

function rpmIsAbsent(): string | false {
  try {
    for (const program of ['rpmdb', 'rpmbuild']) execFileSync(program, ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'rpmdb and rpmbuild are not on PATH';
  }
}
