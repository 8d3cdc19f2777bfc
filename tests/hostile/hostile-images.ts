import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { buildHeader, buildNdb } from '#features/inventory/catalogers/rpm/sample-databases.ts';
import { inventoryImage } from '#features/inventory/inventory-image.ts';
import { buildElf, buildPackageNote } from '#formats/elf/sample-executables.ts';
import { type TarContent, writeTar } from '#formats/layers/index.ts';
import { AppError } from '#kernel/errors.ts';
import { isUnread } from '#model/problem.ts';
import { openImageSource } from '#platform/images/open-image-source.ts';
import {
  alpineRelease,
  apkPackage,
  type BuiltLayer,
  buildImage,
  buildLayer,
  debPackage,
  npmModule,
  writeDockerArchive,
  writeOciArchive,
} from '#testkit/images.ts';
import { zipOf } from '#testkit/osv-folder.ts';
import { createRandom, mutate } from './mutations.ts';

type Random = (below: number) => number;
type Files = Readonly<Record<string, TarContent>>;

const jar = zipOf([
  { name: 'META-INF/maven/a/b/pom.properties', bytes: 'groupId=a\nartifactId=b\nversion=1\n' },
  {
    name: 'BOOT-INF/lib/c-2.0.jar',
    bytes: zipOf([{ name: 'META-INF/MANIFEST.MF', bytes: 'Manifest-Version: 1.0\n' }]),
  },
]);

/** Something for every cataloger, and every kind of entry. */
const base: Files = {
  'etc/os-release': alpineRelease,
  lib: { symlink: 'usr/lib' },
  'usr/lib/apk/db/installed': apkPackage('musl', '1.2.5-r0', { files: ['usr/lib/x/node_modules/a/package.json'] }),
  'var/lib/dpkg/status': debPackage('bash', '5.2') + debPackage('libc6', '2.36', { Source: 'glibc (2.36-9)' }),
  'var/lib/dpkg/status.d/tzdata': debPackage('tzdata', '2024a'),
  'usr/lib/x/node_modules/a/package.json': npmModule('a', '1.0.0'),
  'usr/lib/python3/a-1.dist-info/METADATA': 'Metadata-Version: 2.1\nName: a\nVersion: 1\n\n',
  'app/app.jar': jar,
  'app/link.jar': { hardlink: 'app/app.jar' },
  'app/folder': { directory: true },
  'usr/bin/tool': {
    bytes: Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(900, 7)]),
    mode: 0o755,
  },
  'usr/lib/tool.so': buildElf({
    name: '.note.package',
    bytes: buildPackageNote('{"type":"deb","os":"debian","osVersion":"12","name":"tool","version":"1"}'),
  }),
  'usr/lib/sysimage/rpm/Packages.db': buildNdb([buildHeader({ name: 'bash' }), buildHeader({ name: 'zlib' })]),
  'var/lib/rpm': { symlink: '../../usr/lib/sysimage/rpm' },
  'usr/lib/opkg/status': debPackage('zlib', '1.2'),
  'var/lib/chisel/manifest.wall': zstdCompressSync(
    '{"jsonwall":"1.0"}\n{"arch":"amd64","kind":"package","name":"libc6","version":"2.39"}\n',
  ),
  'var/lib/pacman/local/bash-5.2-1/desc': '%NAME%\nbash\n\n%VERSION%\n5.2-1\n\n%LICENSE%\nGPL\n',
  'var/lib/pacman/local/bash-5.2-1/files': '%FILES%\nusr/\nusr/bin/bash\n',
  'var/db/pkg/app-shells/bash-5.2/CONTENTS': 'dir /usr\nobj /usr/bin/bash 00 1\nsym /bin -> usr/bin 1\n',
  [`nix/store/${'0'.repeat(32)}-bash-5.2/bin/bash`]: '',
  'usr/share/bottlerocket/application-inventory.json': '{"Content":[{"Name":"a","Version":"1","Release":"2"}]}',
  'opt/bitnami/.bitnami_components.json': '{"redis":{"version":"7.2.4-1","arch":"amd64","distro":"debian-12"}}',
  'app/app.cdx.json': '{"bomFormat":"CycloneDX","components":[{"type":"library","purl":"pkg:npm/z@1"}]}',
  'app/app.spdx': 'SPDXVersion: SPDX-2.3\nPackageName: y\nExternalRef: PACKAGE-MANAGER purl pkg:npm/y@1\n',
  [`long/${'x'.repeat(150)}/file`]: 'long',
};
const upper: Files = {
  'app/.wh.folder': '',
  'usr/lib/x/.wh..wh..opq': '',
  'usr/lib/x/node_modules/b/package.json': npmModule('b', '2.0.0'),
};

/** A file of the layer is changed, as a stranger writes it. */
function withChangedFile(files: Files, random: Random): Files {
  const names = Object.keys(files);
  const name = names[random(names.length)] ?? '';
  const content = files[name];
  if (content === undefined || (typeof content === 'object' && !(content instanceof Uint8Array))) return files;
  return { ...files, [name]: mutate(Buffer.from(content), random) };
}

/** The archive around the files is changed, and its digests made to fit, so that readers come to look at it. */
function withChangedTar(files: Files, random: Random): BuiltLayer {
  const tar = mutate(writeTar(files), random);
  const [mediaType, bytes] = (
    [
      ['application/vnd.oci.image.layer.v1.tar', tar],
      ['application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar, { level: 1 })],
      ['application/vnd.oci.image.layer.v1.tar+zstd', zstdCompressSync(tar)],
    ] as const
  )[random(3)] ?? ['', tar];
  const digestOf = (of: Uint8Array) => `sha256:${createHash('sha256').update(of).digest('hex')}` as const;
  return { mediaType, bytes, digest: digestOf(bytes), diffId: digestOf(tar) };
}

function withChangedBytes(layer: BuiltLayer, random: Random): BuiltLayer {
  return { ...layer, bytes: mutate(layer.bytes, random) };
}

/** One archive that a stranger might have made, always the same for a number. */
export function hostileArchive(number: number): Buffer {
  const random = createRandom(number);
  const kind = random(5);
  const compression = (['gzip', 'zstd', 'none'] as const)[random(3)] ?? 'none';
  const plain = () => buildLayer(base, compression);
  const lower =
    (kind === 0 && buildLayer(withChangedFile(base, random), compression)) ||
    (kind === 1 && withChangedTar(base, random)) ||
    (kind === 2 && withChangedBytes(plain(), random)) ||
    plain();
  const image = buildImage({ layers: [lower, buildLayer(kind === 0 ? withChangedFile(upper, random) : upper)] });
  const archive = random(2) === 0 ? writeOciArchive([image]) : writeDockerArchive([image]);
  const around = kind === 3 ? mutate(archive, random) : archive;
  if (random(4) > 0) return around;
  const packed = gzipSync(around, { level: 1 });
  return kind === 4 ? mutate(packed, random) : packed;
}

export interface HostileOutcome {
  readonly outcome: 'read' | 'refused';
  /** That say that something was left unread. */
  readonly problems: number;
  readonly packages: number;
  readonly elapsedMs: number;
}

/** Reads such an archive; throws only what is a fault of ours. */
export async function readHostile(folder: string, number: number): Promise<HostileOutcome> {
  const startedAt = performance.now();
  const path = join(folder, `hostile-${number % 8}`);
  writeFileSync(path, hostileArchive(number));
  const done = (outcome: HostileOutcome['outcome'], problems: number, packages: number): HostileOutcome => {
    return { outcome, problems, packages, elapsedMs: performance.now() - startedAt };
  };
  try {
    await using source = await openImageSource(path, async () => {
      throw new AppError('invalid-input', 'no registry is to be asked');
    });
    let [problems, packages] = [0, 0];
    for (const image of source.images) {
      const { inventory } = await inventoryImage({}, image);
      problems += inventory.problems.filter(isUnread).length;
      for (const { packages: found } of inventory.sources) packages += found.length;
      refuseFailures(inventory.problems, number);
    }
    return done('read', problems, packages);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'internal')
      throw new Error(`archive ${number}`, { cause: error });
    return done('refused', 1, 0);
  }
}

/** A cataloger that throws is reported and does no harm, and yet it is a fault of the cataloger. */
function refuseFailures(problems: readonly { code: string; message: string }[], number: number): void {
  const failure = problems.find((problem) => problem.code === 'scanner-failed');
  if (failure) throw new Error(`archive ${number}: ${failure.message}`);
}
