import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { buildLayer } from '#formats/layers/index.ts';
import type { SourceImage } from '#platform/images/image-source.ts';
import { apkPackage, debianRelease, debPackage, npmModule } from '#testkit/images.ts';
import type { TarContent } from '#testkit/tar.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { buildHeader, buildNdb } from './catalogers/rpm/sample-databases.ts';
import { packagesOf } from './coalesce.ts';
import { inventoryImage } from './inventory-image.ts';

type Files = Readonly<Record<string, TarContent>>;

/** `name@version`, with the owner behind it, in order; what cannot be read fails the test. */
async function names(...layers: Files[]): Promise<string[]> {
  const image: SourceImage = {
    digest: `sha256:${'a'.repeat(64)}`,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    platform: 'linux/amd64',
    config: null,
    problems: [],
    layers: layers.map((files) => {
      const { digest, diffId, bytes } = buildLayer(files);
      return {
        digest,
        diffId,
        open: async function* () {
          yield bytes;
        },
      };
    }),
  };
  const { inventory } = await inventoryImage({}, image);
  assert.deepEqual(
    inventory.problems.filter(
      ({ code }) => !['no-packages', 'unknown-distribution', 'foreign-packages'].includes(code),
    ),
    [],
  );
  return packagesOf(inventory)
    .map(({ name, version, ownedBy }) => `${name}@${version}${ownedBy === null ? '' : ` of ${ownedBy}`}`)
    .sort();
}

const alma = { 'etc/os-release': 'ID=almalinux\nVERSION_ID=9.3\n' };
const rpms = (...versions: string[]) => buildNdb(versions.map((version) => buildHeader({ name: 'bash', version })));
const module = 'usr/lib/node_modules/npm/package.json';

interface Written {
  readonly database: Buffer;
  readonly wal: Buffer;
}

/** An rpm database with one package in the file itself and another only in its write-ahead log. */
async function writeSqlite(): Promise<Written> {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'rpmdb.sqlite');
  const db = new DatabaseSync(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0');
  db.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)');
  const insert = db.prepare('INSERT INTO Packages (blob) VALUES (?)');
  insert.run(buildHeader({ name: 'bash', version: '5.1' }));
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const files = [{ dir: `/${dirname(module)}/`, base: basename(module) }];
  insert.run(buildHeader({ name: 'npm', version: '10.2', files }));
  const written = { database: readFileSync(file), wal: readFileSync(`${file}-wal`) };
  db.close();
  return written;
}

test('a database and its log are read together, in whatever layers they lie', async () => {
  const { database, wal } = await writeSqlite();
  const [main, log] = ['var/lib/rpm/rpmdb.sqlite', 'var/lib/rpm/rpmdb.sqlite-wal'];
  const both = ['bash@5.1-1.el9', 'npm@10.2-1.el9'];
  assert.deepEqual(await names({ ...alma, [main]: database, [log]: wal }), both);
  assert.deepEqual(await names({ ...alma, [main]: database }, { [log]: wal }), both);
  assert.deepEqual(await names({ ...alma, [main]: database, [log]: wal }, { 'var/lib/rpm/.wh.rpmdb.sqlite-wal': '' }), [
    'bash@5.1-1.el9',
  ]);
  const owned = await names({ ...alma, [main]: database }, { [log]: wal, [module]: npmModule('npm', '10.2.0') });
  assert.deepEqual(owned, ['bash@5.1-1.el9', 'npm@10.2-1.el9', 'npm@10.2.0 of npm'], 'what the log tells is owned too');
});

test('a database of rpm is found behind links and in each of its places', async () => {
  const database = rpms('5.1');
  const rows: [name: string, layers: Files[]][] = [
    ['its old place', [{ ...alma, 'var/lib/rpm/Packages.db': database }]],
    ['its new place', [{ ...alma, 'usr/lib/sysimage/rpm/Packages.db': database }]],
    ['its place in images that are not written to', [{ ...alma, 'usr/share/rpm/Packages.db': database }]],
    [
      'a relative link',
      [
        {
          ...alma,
          'usr/lib/sysimage/rpm/Packages.db': database,
          'var/lib/rpm': { symlink: '../../usr/lib/sysimage/rpm' },
        },
      ],
    ],
    ['a link to anywhere', [{ ...alma, 'opt/rpm/Packages.db': database, 'var/lib/rpm': { symlink: '/opt/rpm' } }]],
    ['a link in a later layer', [{ ...alma, 'opt/r/Packages.db': database }, { 'var/lib/rpm': { symlink: '/opt/r' } }]],
    [
      'a folder that became a link',
      [
        { ...alma, 'var/lib/rpm/Packages.db': rpms('4.0') },
        { 'usr/lib/sysimage/rpm/Packages.db': database, 'var/lib/rpm': { symlink: '../../usr/lib/sysimage/rpm' } },
      ],
    ],
    [
      'written through the link by a later layer',
      [
        { ...alma, 'opt/r/Packages.db': rpms('4.0'), 'var/lib/rpm': { symlink: '/opt/r' } },
        { 'opt/r/Packages.db': database },
      ],
    ],
    ['a hard link', [{ ...alma, 'opt/db': database, 'var/lib/rpm/Packages.db': { hardlink: 'opt/db' } }]],
  ];
  for (const [name, layers] of rows) assert.deepEqual(await names(...layers), ['bash@5.1-1.el9'], name);
});

test('whiteouts, opaque folders and files written again count for every kind of database', async () => {
  const installed = { 'lib/apk/db/installed': apkPackage('musl', '1.2.4-r0') };
  const local = (version: string) => ({
    [`var/lib/pacman/local/bash-${version}/desc`]: `%NAME%\nbash\n\n%VERSION%\n${version}\n`,
  });
  const slot = (version: string) => ({ [`var/db/pkg/app-shells/bash-${version}/CONTENTS`]: '' });
  const store = (version: string) => ({ [`nix/store/${'0'.repeat(32)}-bash-${version}/bin/bash`]: '' });
  const single = (version: string) => ({ 'var/lib/dpkg/status.d/bash': debPackage('bash', version) });
  const rows: [name: string, layers: Files[], expected: string[]][] = [
    ['apk: removed', [installed, { 'lib/apk/.wh.db': '' }], []],
    [
      'apk: opaque, then written again',
      [installed, { 'lib/apk/db/.wh..wh..opq': '', ...installed }],
      ['musl@1.2.4-r0'],
    ],
    [
      'pacman: upgraded',
      [local('5.1-1'), { 'var/lib/pacman/local/.wh.bash-5.1-1': '', ...local('5.2-1') }],
      ['bash@5.2-1'],
    ],
    [
      'pacman: opaque',
      [local('5.1-1'), { 'var/lib/pacman/local/.wh..wh..opq': '', ...local('5.2-1') }],
      ['bash@5.2-1'],
    ],
    [
      'Portage: upgraded',
      [slot('5.1'), { 'var/db/pkg/app-shells/.wh.bash-5.1': '', ...slot('5.2') }],
      ['app-shells/bash@5.2'],
    ],
    [
      'Nix: removed',
      [store('5.1'), { [`nix/store/.wh.${'0'.repeat(32)}-bash-5.1`]: '', ...store('5.2') }],
      ['bash@5.2'],
    ],
    ['distroless: the same package in two layers', [single('5.1-1'), single('5.1-1')], ['bash@5.1-1']],
    ['distroless: a newer one above', [single('5.1-1'), single('5.2-1')], ['bash@5.2-1']],
    [
      'distroless: one package under two names',
      [single('5.1-1'), { 'var/lib/dpkg/status.d/YmFzaA==': debPackage('bash', '5.1-1') }],
      ['bash@5.1-1'],
    ],
    [
      'opkg: one description removed',
      [
        {
          'usr/lib/opkg/info/a.control': 'Package: a\nVersion: 1\n',
          'usr/lib/opkg/info/b.control': 'Package: b\nVersion: 1\n',
        },
        { 'usr/lib/opkg/info/.wh.a.control': '' },
      ],
      ['b@1'],
    ],
  ];
  for (const [name, layers, expected] of rows) assert.deepEqual(await names(...layers), expected, name);
});

test('a hard link to a file of a lower layer keeps the database when its first name goes', async () => {
  const layers: Files[] = [
    { 'etc/os-release': debianRelease, 'var/lib/dpkg/status': debPackage('libc6', '2.36-9') },
    { 'usr/lib/dpkg/status': { hardlink: 'var/lib/dpkg/status' } },
    { 'var/lib/.wh.dpkg': '' },
  ];
  assert.deepEqual(await names(...layers), ['libc6@2.36-9']);
});

test('what belongs to another maker is no part of the distribution: its libraries are looked at', async () => {
  const status = debPackage('nodejs', '20.11.0-1nodesource1', { Maintainer: 'Ivan Iguaran <ivan@nodesource.com>' });
  const files = {
    'etc/os-release': debianRelease,
    'var/lib/dpkg/status': status,
    'var/lib/dpkg/info/nodejs.list': `/${module}\n`,
    [module]: npmModule('npm', '10.2.4'),
  };
  assert.deepEqual(await names(files), ['nodejs@20.11.0-1nodesource1', 'npm@10.2.4']);
});
