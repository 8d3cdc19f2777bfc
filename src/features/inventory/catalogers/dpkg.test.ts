import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '#testkit/temporary.ts';
import type { FoundPackage } from '../cataloger.ts';
import { dpkg } from './dpkg.ts';
import { noProblem, treeOf } from './sample-tree.ts';

const bookworm = { id: 'debian', versionId: '12', name: 'Debian GNU/Linux 12', like: [] };

async function read(files: Readonly<Record<string, string>>, distribution: typeof bookworm | null = bookworm) {
  const problems: string[] = [];
  const packages: FoundPackage[] = await dpkg.read(treeOf(files), distribution, ({ code }) => problems.push(code));
  return { packages, problems };
}

const status = 'var/lib/dpkg/status';
const paragraph = (lines: Readonly<Record<string, string>>) =>
  `${Object.entries(lines)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')}\n`;

test('it wants the databases and the lists of files, and nothing else', () => {
  for (const path of [
    status,
    'var/lib/dpkg/status.d/base',
    'var/lib/dpkg/status.d/base.md5sums',
    'var/lib/dpkg/info/libc6:amd64.list',
    'usr/lib/dpkg/status.d/base',
    'usr/lib/dpkg/info/libc6.md5sums',
  ])
    assert.ok(dpkg.wants(path), path);
  for (const path of [
    'usr/lib/opkg/status',
    'var/lib/dpkg/available',
    'var/lib/dpkg/info/libc6.postinst',
    'srv/var/lib/dpkg/status',
    'var/lib/dpkg/status-old',
  ])
    assert.ok(!dpkg.wants(path), path);
});

test('a package has its source package and version, which may differ from its own', async () => {
  const { packages } = await read({
    [status]: [
      paragraph({
        Package: 'libc6',
        Status: 'install ok installed',
        Architecture: 'amd64',
        Source: 'glibc',
        Version: '2.36-9+deb12u3',
      }),
      paragraph({
        Package: 'libgcc-s1',
        Status: 'install ok installed',
        Source: 'gcc-12 (12.2.0-14)',
        Version: '12.2.0-14+b1',
      }),
      paragraph({ Package: 'curl', Status: 'install ok installed', Version: '1:7.88.1-10' }),
    ].join('\n'),
  });
  assert.deepEqual(
    packages.map(({ name, version, sourceName, sourceVersion, ecosystem }) => [
      name,
      version,
      sourceName,
      sourceVersion,
      ecosystem,
    ]),
    [
      ['libc6', '2.36-9+deb12u3', 'glibc', '2.36-9+deb12u3', null],
      ['libgcc-s1', '12.2.0-14+b1', 'gcc-12', '12.2.0-14', null],
      ['curl', '1:7.88.1-10', 'curl', '1:7.88.1-10', null],
    ],
  );
  assert.equal(packages[0]?.purl, 'pkg:deb/debian/libc6@2.36-9%2Bdeb12u3?arch=amd64&distro=debian-12');
});

test('what is not installed is no package', async () => {
  const states = [
    'install ok installed',
    'hold ok installed',
    'install ok unpacked',
    'install ok half-configured',
    'install ok triggers-pending',
    'deinstall ok config-files',
    'purge ok not-installed',
    'install reinstreq half-installed',
  ];
  const text = states
    .map((state, index) => paragraph({ Package: `p${index}`, Status: state, Version: '1' }))
    .join('\n');
  assert.deepEqual(
    (await read({ [status]: text })).packages.map((item) => item.name),
    ['p0', 'p1', 'p2', 'p3', 'p4'],
  );
});

test('values of several lines, and windows line ends, do not confuse it', async () => {
  const text =
    'Package: a\r\nStatus: install ok installed\r\nVersion: 1\r\nDescription: first\r\n Package: not this\r\n .\r\n\tVersion: nor this\r\n\r\n\r\nPackage: b\nVersion: 2\n';
  assert.deepEqual(
    (await read({ [status]: text })).packages.map(({ name, version }) => `${name} ${version}`),
    ['a 1', 'b 2'],
  );
});

test('distroless images have a file for each package, and its list beside it', async () => {
  const { packages } = await read({
    'var/lib/dpkg/status.d/base-files': paragraph({ Package: 'base-files', Version: '12.4' }),
    'var/lib/dpkg/status.d/base-files.md5sums': `${'a'.repeat(32)}  etc/debian_version\n`,
    'var/lib/dpkg/status.d/tzdata': paragraph({ Package: 'tzdata', Version: '2024a-0' }),
  });
  assert.deepEqual(
    packages.map(({ name, path, owns }) => [name, path, owns]),
    [
      ['base-files', 'var/lib/dpkg/status.d/base-files', ['etc/debian_version']],
      ['tzdata', 'var/lib/dpkg/status.d/tzdata', []],
    ],
  );
});

test('what a package owns comes from its list, by architecture where there are several', async () => {
  const { packages } = await read({
    [status]: [
      paragraph({ Package: 'a', Version: '1', Architecture: 'all' }),
      paragraph({ Package: 'b', Version: '1', Architecture: 'amd64' }),
    ].join('\n'),
    'var/lib/dpkg/info/a.list': '/.\n/usr\n/usr/share/a\n',
    'var/lib/dpkg/info/b:amd64.md5sums': `${'b'.repeat(32)}  usr/bin/b\n`,
  });
  assert.deepEqual(
    packages.map((item) => item.owns),
    [['usr', 'usr/share/a'], ['usr/bin/b']],
  );
});

test('a database that nothing can be read from is damaged, an empty one is not', async () => {
  assert.deepEqual((await read({ [status]: 'no fields at all\n' })).problems, ['database-damaged']);
  assert.deepEqual((await read({ [status]: '\n\n' })).problems, []);
  assert.deepEqual(await read({ [status]: paragraph({ Package: 'only' }) }), { packages: [], problems: [] });
  assert.deepEqual(await read({}), { packages: [], problems: [] });
});

/** The files below a folder, by their paths in it. */
function filesBelow(folder: string): Record<string, Uint8Array> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(paths.map((path) => [relative(folder, path), readFileSync(path)]));
}

test('a database that dpkg itself wrote is read', { skip: dpkgIsAbsent() }, async () => {
  await using folder = await temporaryFolder();
  const at = (...names: string[]) => join(folder.path, ...names);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  const control = { Package: 'sample', Source: 'samples (1.0-1)', Version: '1:1.2-3', Architecture: 'all' };
  write(
    at('sample', 'DEBIAN', 'control'),
    paragraph({ ...control, Maintainer: 'x <x@example.org>', Description: 'x' }),
  );
  write(at('sample', 'usr', 'share', 'sample', 'a'), 'a');
  execFileSync('dpkg-deb', ['--build', '--root-owner-group', at('sample'), at('sample.deb')], { stdio: 'ignore' });
  write(at('root', 'var/lib/dpkg/status'), '');
  mkdirSync(at('root', 'var/lib/dpkg/updates'), { recursive: true });
  mkdirSync(at('root', 'var/lib/dpkg/info'), { recursive: true });
  const options = [`--root=${at('root')}`, '--force-not-root', '--force-bad-path', '--log=/dev/null'];
  execFileSync('dpkg', [...options, '--install', at('sample.deb')], { stdio: 'ignore' });
  const packages = await dpkg.read(treeOf(filesBelow(at('root'))), bookworm, noProblem);
  assert.deepEqual(
    packages.map(({ name, version, sourceName, sourceVersion }) => [name, version, sourceName, sourceVersion]),
    [['sample', '1:1.2-3', 'samples', '1.0-1']],
  );
  assert.ok(packages[0]?.owns?.includes('usr/share/sample/a'));
});

function dpkgIsAbsent(): string | false {
  try {
    for (const program of ['dpkg', 'dpkg-deb']) execFileSync(program, ['--version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'dpkg is not on PATH';
  }
}
