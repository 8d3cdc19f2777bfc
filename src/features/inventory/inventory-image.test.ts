import assert from 'node:assert/strict';
import { basename, dirname } from 'node:path';
import { test } from 'node:test';
import { buildElf, buildPackageNote } from '#formats/elf/sample-executables.ts';
import { buildLayer } from '#formats/layers/index.ts';
import type { SourceImage } from '#platform/images/image-source.ts';
import { alpineRelease, apkPackage, debianRelease, debPackage, npmModule } from '#testkit/images.ts';
import type { TarContent } from '#testkit/tar.ts';
import { catalogers } from './catalogers/index.ts';
import { buildHeader, buildNdb } from './catalogers/rpm/sample-databases.ts';
import { packagesOf } from './coalesce.ts';
import { type InventoriedImage, type InventoryDeps, inventoryImage, presentVersions } from './inventory-image.ts';
import type { LayerFacts } from './layer-facts.ts';

type Files = Readonly<Record<string, TarContent>>;

function imageOf(...layers: Files[]): SourceImage {
  return {
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
}

const read = (...layers: Files[]): Promise<InventoriedImage> => inventoryImage({}, imageOf(...layers));

/** `name@version`, with the owner behind it, in order. */
function names({ inventory }: InventoriedImage): string[] {
  return packagesOf(inventory)
    .map(({ name, version, ownedBy }) => `${name}@${version}${ownedBy === null ? '' : ` of ${ownedBy}`}`)
    .sort();
}

const codes = ({ inventory }: InventoriedImage) => inventory.problems.map((problem) => problem.code);
const modules = (...versions: string[]) =>
  Object.fromEntries(
    versions.map((each) => [
      `app/node_modules/${each.split('@')[0]}/package.json`,
      npmModule(each.split('@')[0] ?? '', each.split('@')[1] ?? ''),
    ]),
  );

const debian = { 'etc/os-release': debianRelease, 'var/lib/dpkg/status': debPackage('libc6', '2.36-9') };

test('an upper database replaces the lower one, and every package has the layer that its database is in', async () => {
  const image = imageOf(debian, {
    'var/lib/dpkg/status': debPackage('libc6', '2.36-9+deb12u3') + debPackage('curl', '7.88.1-10'),
  });
  const { inventory } = await inventoryImage({}, image);
  const packages = packagesOf(inventory);
  assert.deepEqual(
    packages.map(({ name, version, ecosystem, locations }) => [name, version, ecosystem, locations]),
    [
      ['libc6', '2.36-9+deb12u3', 'Debian:12', [{ layer: image.layers[1]?.diffId, path: 'var/lib/dpkg/status' }]],
      ['curl', '7.88.1-10', 'Debian:12', [{ layer: image.layers[1]?.diffId, path: 'var/lib/dpkg/status' }]],
    ],
  );
  assert.deepEqual(inventory.distribution?.versionId, '12');
});

test('whiteouts hide what lies below, never what their own layer brings', async () => {
  const rows: [name: string, layers: Files[], expected: string[]][] = [
    ['a removed file', [modules('a@1', 'b@1'), { 'app/node_modules/a/.wh.package.json': '' }], ['b@1']],
    ['a removed folder', [modules('a@1', 'b@1'), { 'app/.wh.node_modules': '' }], []],
    [
      'removed and written again in one layer',
      [modules('a@1', 'b@1'), { 'app/.wh.node_modules': '', ...modules('a@2') }],
      ['a@2'],
    ],
    [
      'written and then removed in one layer',
      [modules('a@1'), { ...modules('a@2'), 'app/.wh.node_modules': '' }],
      ['a@2'],
    ],
    ['an opaque folder', [modules('a@1', 'b@1'), { 'app/node_modules/.wh..wh..opq': '', ...modules('c@1') }], ['c@1']],
    ['an opaque root', [modules('a@1'), { '.wh..wh..opq': '', ...modules('c@1') }], ['c@1']],
    ['a folder that became a file', [modules('a@1', 'b@1'), { 'app/node_modules': 'now a file' }], []],
    ['a folder that became a link', [modules('a@1', 'b@1'), { 'app/node_modules': { symlink: '/none' } }], []],
    ['a file that became a folder', [modules('a@1'), { 'app/node_modules/a/package.json/': { directory: true } }], []],
    ['a file that is written again', [modules('a@1', 'b@1'), modules('a@2')], ['a@2', 'b@1']],
    [
      'a file written again without a package',
      [modules('a@1', 'b@1'), { 'app/node_modules/a/package.json': '{}' }],
      ['b@1'],
    ],
    ['a folder mentioned again', [modules('a@1'), { 'app/node_modules/': { directory: true } }], ['a@1']],
    ['removed, then back in a third layer', [modules('a@1'), { 'app/.wh.node_modules': '' }, modules('a@3')], ['a@3']],
    ['names that only begin alike', [modules('a@1', 'ab@1'), { 'app/node_modules/.wh.a': '' }], ['ab@1']],
  ];
  for (const [name, layers, expected] of rows) assert.deepEqual(names(await read(...layers)), expected, name);
});

test('the same package in several layers is listed where it is', async () => {
  const image = await read(modules('a@1'), { 'srv/node_modules/a/package.json': npmModule('a', '1') });
  assert.deepEqual(
    packagesOf(image.inventory).map((item) => item.locations[0]?.path),
    ['app/node_modules/a/package.json', 'srv/node_modules/a/package.json'],
  );
  const twice = await read({ ...modules('a@1'), 'srv/node_modules/a/package.json': npmModule('a', '1') });
  assert.deepEqual(
    packagesOf(twice.inventory).map((item) => item.locations.length),
    [2],
  );
});

test('links are followed to package databases, wherever they lead', async () => {
  const database = debPackage('libc6', '2.36-9');
  const release = { 'etc/os-release': debianRelease };
  const rows: [name: string, layers: Files[]][] = [
    [
      'a merged /usr',
      [{ ...release, 'usr/lib/dpkg/status': database, 'var/lib/dpkg': { symlink: '../../usr/lib/dpkg' } }],
    ],
    [
      'a folder under another name',
      [{ ...release, 'opt/packages/status': database, 'var/lib/dpkg': { symlink: '/opt/packages' } }],
    ],
    [
      'a file under another name',
      [{ ...release, 'opt/the-status': database, 'var/lib/dpkg/status': { symlink: '../../../opt/the-status' } }],
    ],
    ['the link comes later', [{ ...release, 'opt/p/status': database }, { 'var/lib/dpkg': { symlink: '/opt/p' } }]],
    ['the file comes later', [{ ...release, 'var/lib/dpkg': { symlink: '/opt/p' } }, { 'opt/p/status': database }]],
    [
      'a link to a link',
      [{ ...release, 'opt/p/status': database, 'var/lib': { symlink: '/mnt' }, 'mnt/dpkg': { symlink: '/opt/p' } }],
    ],
    ['written through a link', [{ ...release, var: { symlink: 'data' } }, { 'data/lib/dpkg/status': database }]],
    ['a hard link in one layer', [{ ...release, 'opt/x': database, 'var/lib/dpkg/status': { hardlink: 'opt/x' } }]],
    [
      'the distribution behind a link',
      [{ 'opt/rel': debianRelease, 'etc/os-release': { symlink: '/opt/rel' }, 'var/lib/dpkg/status': database }],
    ],
  ];
  for (const [name, layers] of rows) {
    const image = await read(...layers);
    assert.deepEqual(names(image), ['libc6@2.36-9'], name);
    assert.equal(packagesOf(image.inventory)[0]?.ecosystem, 'Debian:12', name);
    assert.deepEqual(codes(image), [], name);
  }
});

test('links that lead round in circles or out of the image end', async () => {
  const image = await read({
    'var/lib/dpkg': { symlink: 'dpkg' },
    'lib/apk': { symlink: '../../../../../etc' },
    a: { symlink: 'b' },
    b: { symlink: 'a' },
  });
  assert.deepEqual(codes(image), ['no-packages']);
});

test('a hard link keeps a package when its first name goes', async () => {
  const image = await read(
    { ...modules('a@1'), 'srv/node_modules/a/package.json': { hardlink: 'app/node_modules/a/package.json' } },
    { '.wh.app': '' },
  );
  assert.deepEqual(
    packagesOf(image.inventory).map((item) => item.locations.map((each) => each.path)),
    [['srv/node_modules/a/package.json']],
  );
});

test('what a system package owns is marked, on every distribution', async () => {
  const python = 'Metadata-Version: 2.1\nName: requests\nVersion: 2.28.1\n';
  const metadata = 'usr/lib/python3/dist-packages/requests-2.28.1.egg-info/PKG-INFO';
  const deb = (extra: Files) => ({ 'etc/os-release': debianRelease, [metadata]: python, ...extra });
  const status = debPackage('python3-requests', '2.28.1+dfsg-1');
  const rows: [name: string, files: Files][] = [
    [
      'dpkg list',
      deb({ 'var/lib/dpkg/status': status, 'var/lib/dpkg/info/python3-requests.list': `/.\n/usr\n/${metadata}\n` }),
    ],
    [
      'dpkg list of an architecture',
      deb({ 'var/lib/dpkg/status': status, 'var/lib/dpkg/info/python3-requests:amd64.list': `/${metadata}\n` }),
    ],
    [
      'dpkg digests',
      deb({
        'var/lib/dpkg/status': status,
        'var/lib/dpkg/info/python3-requests.md5sums': `${'0'.repeat(32)}  ${metadata}\n`,
      }),
    ],
    [
      'distroless',
      deb({
        'var/lib/dpkg/status.d/python3-requests': status,
        'var/lib/dpkg/status.d/python3-requests.md5sums': `${'0'.repeat(32)}  ${metadata}\n`,
      }),
    ],
    [
      'opkg',
      {
        'etc/os-release': 'ID=openwrt\nVERSION_ID=23.05\n',
        [metadata]: python,
        'usr/lib/opkg/status': status,
        'usr/lib/opkg/info/python3-requests.list': `/${metadata}\n`,
      },
    ],
    [
      'pacman',
      {
        'etc/os-release': 'ID=arch\n',
        [metadata]: python,
        'var/lib/pacman/local/x-1/desc': '%NAME%\npython3-requests\n\n%VERSION%\n2.28.1+dfsg-1\n',
        'var/lib/pacman/local/x-1/files': `%FILES%\nusr/\n${metadata}\n`,
      },
    ],
    [
      'rpm',
      {
        'etc/os-release': 'ID=opensuse-leap\nVERSION_ID=15.6\n',
        [metadata]: python,
        'usr/lib/sysimage/rpm/Packages.db': buildNdb([
          buildHeader({
            name: 'python3-requests',
            version: '2.28.1+dfsg',
            release: '1',
            files: [{ dir: `/${dirname(metadata)}/`, base: basename(metadata) }],
          }),
        ]),
      },
    ],
    [
      'apk',
      {
        'etc/os-release': alpineRelease,
        [metadata]: python,
        'lib/apk/db/installed': apkPackage('python3-requests', '2.28.1+dfsg-1', { files: [metadata] }),
      },
    ],
  ];
  for (const [name, files] of rows) {
    assert.deepEqual(
      names(await read(files)),
      ['python3-requests@2.28.1+dfsg-1', 'requests@2.28.1 of python3-requests'],
      name,
    );
  }
});

test('ownership holds across a merged /usr and across layers, and ends with the file', async () => {
  const module = 'usr/lib/node_modules/npm/package.json';
  const base = { 'etc/os-release': debianRelease, lib: { symlink: 'usr/lib' }, [module]: npmModule('npm', '9.2.0') };
  const database = {
    'var/lib/dpkg/status': debPackage('npm', '9.2.0-1'),
    'var/lib/dpkg/info/npm.list': '/lib/node_modules/npm/package.json\n',
  };
  assert.deepEqual(names(await read(base, database)), ['npm@9.2.0 of npm', 'npm@9.2.0-1']);
  const own = { 'opt/node_modules/npm/package.json': npmModule('npm', '10.0.0') };
  assert.deepEqual(names(await read(base, database, own)), ['npm@10.0.0', 'npm@9.2.0 of npm', 'npm@9.2.0-1']);
});

test('what a later layer writes over a system package is its own again, unless it writes the same', async () => {
  const module = 'usr/lib/node_modules/npm/package.json';
  const base = {
    'etc/os-release': alpineRelease,
    'lib/apk/db/installed': apkPackage('npm', '10.2.5-r0', { files: [module] }),
    [module]: npmModule('npm', '10.2.5'),
  };
  assert.deepEqual(names(await read(base, { [module]: npmModule('npm', '11.0.0') })), ['npm@10.2.5-r0', 'npm@11.0.0']);
  const same = await read(base, { 'bin/x': '' }, { [module]: { bytes: npmModule('npm', '10.2.5'), mode: 0o600 } });
  assert.deepEqual(names(same), ['npm@10.2.5 of npm', 'npm@10.2.5-r0']);
});

test('packages of a distribution that nobody knows are listed, and it is said that nothing is said about them', async () => {
  const image = await read({
    'etc/os-release': 'ID=homemade\nVERSION_ID=1\n',
    'var/lib/dpkg/status': debPackage('a', '1'),
  });
  assert.deepEqual(codes(image), ['unknown-distribution']);
  assert.equal(packagesOf(image.inventory)[0]?.ecosystem, '');
});

test('in an image of two distributions each package is of its own', async () => {
  const apk = apkPackage('musl', '1.2.5-r0');
  const ecosystems = async (files: Files) =>
    packagesOf((await read(files)).inventory).map(({ name, ecosystem }) => `${name} ${ecosystem}`);
  const both = { 'lib/apk/db/installed': apk, 'var/lib/dpkg/status': debPackage('libc6', '2.36-9') };
  assert.deepEqual(
    await ecosystems({ ...both, 'etc/os-release': alpineRelease, 'etc/debian_version': '12.5\n' }),
    ['musl Alpine:v3.20', 'libc6 Debian:12'],
    'other files tell',
  );
  const status = debPackage('libc6', '2.36-9') + debPackage('base-files', '12.4+deb12u5');
  assert.deepEqual(
    await ecosystems({ ...both, 'etc/os-release': alpineRelease, 'var/lib/dpkg/status': status }),
    ['musl Alpine:v3.20', 'libc6 Debian:12', 'base-files Debian:12'],
    'packages tell',
  );
  assert.deepEqual(
    await ecosystems({ ...both, 'etc/os-release': alpineRelease }),
    ['musl Alpine:v3.20', 'libc6 '],
    'nothing tells: rather unknown than wrong',
  );
  assert.deepEqual(await ecosystems({ 'var/lib/dpkg/status': status }), ['libc6 Debian:12', 'base-files Debian:12']);
});

test("other makers' packages are listed, are not the distribution's, and it is said", async () => {
  const docker = debPackage('docker-ce', '5:27.0.3-1', { Maintainer: 'Docker <support@docker.com>' });
  const image = await read({ ...debian, 'var/lib/dpkg/status': debPackage('libc6', '2.36-9') + docker });
  assert.deepEqual(codes(image), ['foreign-packages']);
  assert.match(image.inventory.problems[0]?.message ?? '', /docker-ce \(Docker\)$/);
  assert.deepEqual(
    packagesOf(image.inventory).map((item) => item.ecosystem),
    ['Debian:12', ''],
  );
});

test('what somebody only says about the content counts where nothing else found it', async () => {
  const component = (purl: string) => ({ type: 'library', purl });
  const listed = ['pkg:npm/a@1', 'pkg:npm/b@2', 'pkg:deb/debian/libc6@2.36-9?distro=debian-12'].map(component);
  const document = JSON.stringify({ bomFormat: 'CycloneDX', components: listed });
  const image = await read({ ...debian, ...modules('a@1'), 'app/app.cdx.json': document });
  assert.deepEqual(names(image), ['a@1', 'b@2', 'libc6@2.36-9']);
  const note = buildPackageNote(JSON.stringify({ type: 'deb', os: 'debian', name: 'glibc', version: '2.36-9' }));
  const library = { bytes: buildElf({ name: '.note.package', bytes: note }), mode: 0o755 };
  const status = debPackage('libc6', '2.36-9', { Source: 'glibc' });
  const files = { 'etc/os-release': debianRelease, 'usr/lib/libc.so.6': library };
  assert.deepEqual(names(await read({ ...files, 'var/lib/dpkg/status': status })), ['libc6@2.36-9']);
  const [alone] = packagesOf((await read(files)).inventory);
  assert.deepEqual([alone?.name, alone?.ecosystem], ['glibc', 'Debian:12']);
});

test('a path with a mark of archives in it hides nothing', async () => {
  const image = await read(
    { 'a!b/node_modules/x/package.json': npmModule('x', '1.0.0') },
    { 'a/': { directory: true }, a: 'file' },
  );
  assert.deepEqual(names(image), ['x@1.0.0']);
});

test('an image without packages says so', async () => {
  const image = await read({ 'bin/busybox': 'x' });
  assert.deepEqual(codes(image), ['no-packages']);
  assert.equal(image.inventory.distribution, null);
});

test('what is damaged in one layer leaves the others', async () => {
  const image = imageOf(debian, modules('a@1'));
  const broken = image.layers.map((layer, index) =>
    index === 0
      ? layer
      : {
          ...layer,
          open: async function* () {
            for await (const bytes of layer.open()) yield bytes.subarray(0, 30);
          },
        },
  );
  const result = await inventoryImage({}, { ...image, layers: broken });
  assert.deepEqual(names(result), ['libc6@2.36-9']);
  assert.deepEqual([...new Set(codes(result))], ['layer-damaged', 'digest-mismatch']);
});

test('known layers are not read again, and a lie about a layer is not remembered', async () => {
  const store = new Map<string, LayerFacts>();
  const opened: string[] = [];
  const watched = (image: SourceImage): SourceImage => ({
    ...image,
    layers: image.layers.map((layer) => ({
      ...layer,
      open: () => {
        opened.push(layer.diffId ?? '');
        return layer.open();
      },
    })),
  });
  const deps: InventoryDeps = {
    findLayer: async (diffId) => store.get(diffId),
    putLayer: async (facts) => void store.set(facts.diffId, facts),
  };
  const image = imageOf(debian, modules('a@1'));
  const first = await inventoryImage(deps, watched(image));
  const again = await inventoryImage(deps, watched(image));
  assert.deepEqual(names(again), names(first));
  assert.deepEqual(
    again.layers,
    image.layers.map((layer) => layer.diffId),
  );
  assert.equal(opened.length, 2);
  const other = imageOf(modules('evil@1'));
  const lie = {
    ...other,
    layers: other.layers.map((layer) => ({ ...layer, digest: null, diffId: `sha256:${'d'.repeat(64)}` })),
  };
  assert.deepEqual(codes(await inventoryImage(deps, lie)), ['digest-mismatch']);
  assert.ok(!store.has(`sha256:${'d'.repeat(64)}`));
  assert.ok(store.has(other.layers[0]?.diffId ?? ''));
});

test('a new version of a cataloger reads again only where there is something for it', async () => {
  const store = new Map<string, LayerFacts>();
  const deps: InventoryDeps = {
    findLayer: async (diffId) => store.get(diffId),
    putLayer: async (facts) => void store.set(facts.diffId, facts),
  };
  const { layers, ...rest } = imageOf(debian, modules('a@1'), { 'srv/readme': 'text' });
  const opened: number[] = [];
  const image: SourceImage = {
    ...rest,
    layers: layers.map((layer, index) => ({
      ...layer,
      open: () => {
        opened.push(index);
        return layer.open();
      },
    })),
  };
  const expected = names(await inventoryImage(deps, image));
  const pretend = (versions: Readonly<Record<string, number>>) => {
    for (const [diffId, facts] of store)
      store.set(diffId, { ...facts, catalogers: { ...facts.catalogers, ...versions } });
    opened.length = 0;
  };
  const rows: [string, Record<string, number>, number[]][] = [
    ['a language: the layers with its files', { npm: -1 }, [1]],
    ['a database, whose bytes are at hand: none', { dpkg: -1, apk: -1, rpm: -1 }, []],
    ['what looks into every file: all', { go: -1 }, [0, 1, 2]],
    ['a cataloger that is gone: none', { gone: 1 }, []],
    ['facts of an older form: all', { facts: -1 }, [0, 1, 2]],
  ];
  for (const [name, versions, read] of rows) {
    pretend(versions);
    assert.deepEqual(names(await inventoryImage(deps, image)), expected, name);
    assert.deepEqual(opened.sort(), read, name);
  }
});

test('every cataloger has its version among the present ones', () => {
  assert.deepEqual(Object.keys(presentVersions()), ['facts', ...catalogers.map((each) => each.id)]);
});
