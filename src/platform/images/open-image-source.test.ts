import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type TarContent, writeTar } from '#formats/layers/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { collect } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';
import {
  type BuiltBlob,
  type BuiltImage,
  buildImage,
  buildIndex,
  buildLayer,
  layoutFiles,
  writeDockerArchive,
  writeLayout,
  writeOciArchive,
} from '#testkit/images.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import type { ImageSource, SourceLayer } from './image-source.ts';
import { openImageSource } from './open-image-source.ts';

const base = buildLayer({ 'etc/os-release': 'ID=x\n' });
const top = buildLayer({ 'app/file': 'content' }, 'zstd');
const amd64 = buildImage({ layers: [base, top] });
const arm64 = buildImage({ layers: [base], platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let files = 0;
before(async () => {
  folder = await temporaryFolder();
});
after(() => folder[Symbol.asyncDispose]());

function path(bytes?: Uint8Array): string {
  files += 1;
  const name = join(folder.path, `image-${files}`);
  if (bytes) writeFileSync(name, bytes);
  return name;
}

const never = async (): Promise<ImageSource> => {
  throw new Error('no registry was to be asked');
};
const open = (target: string) => openImageSource(target, never);
const codes = (source: ImageSource) =>
  source.images.map((image) => [image.platform, image.layers.length, image.problems.map((problem) => problem.code)]);

async function bytesOf(layer: SourceLayer | undefined): Promise<Buffer> {
  return layer ? Buffer.concat(await collect(layer.open())) : Buffer.alloc(0);
}

async function isWhole(source: ImageSource, image: BuiltImage, index = 0): Promise<void> {
  const found = source.images[index];
  assert.equal(found?.layers.length, image.layers.length);
  for (const [position, layer] of image.layers.entries()) {
    const bytes = await bytesOf(found?.layers[position]);
    assert.ok(bytes.equals(layer.bytes), `layer ${position}`);
    assert.equal(found?.layers[position]?.diffId, layer.diffId);
  }
}

for (const [name, pack] of [
  ['a plain', (bytes: Buffer) => bytes],
  ['a gzipped', (bytes: Buffer) => gzipSync(bytes)],
] as const) {
  test(`${name} OCI archive has its images by manifest digest`, async () => {
    await using source = await open(path(pack(writeOciArchive([amd64, arm64]))));
    assert.deepEqual(codes(source), [
      ['linux/amd64', 2, []],
      ['linux/arm64/v8', 1, []],
    ]);
    assert.equal(source.images[0]?.digest, amd64.manifest.digest);
    assert.equal(source.images[0]?.layers[0]?.digest, base.digest);
    await isWhole(source, amd64);
    await isWhole(source, arm64, 1);
  });

  test(`${name} archive of docker save has its images by configuration digest`, async () => {
    await using source = await open(path(pack(writeDockerArchive([amd64]))));
    assert.deepEqual(codes(source), [['linux/amd64', 2, []]]);
    assert.equal(source.images[0]?.digest, amd64.config.digest);
    assert.equal(source.images[0]?.layers[0]?.digest, null);
    await isWhole(source, amd64);
  });
}

test('a layout folder is read like an archive', async () => {
  const target = path();
  await writeLayout(target, [amd64]);
  await using source = await open(target);
  await isWhole(source, amd64);
});

test('images are found through nested indexes, once, without attestations', async () => {
  const inner = buildIndex([amd64, arm64]);
  const attestation = {
    ...describe(arm64.manifest),
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  };
  const outer = indexOf([describe(inner), describe(amd64.manifest), attestation]);
  await using source = await open(path(writeOciArchive([amd64, arm64], [outer, inner])));
  assert.deepEqual(codes(source), [
    ['linux/amd64', 2, []],
    ['linux/arm64/v8', 1, []],
  ]);
});

test('an archive of both kinds is read as a layout', async () => {
  const both = { ...tarFiles([amd64]), 'manifest.json': '[{"Config":"x.json","Layers":[]}]' };
  await using source = await open(path(writeTar(both)));
  assert.equal(source.images[0]?.digest, amd64.manifest.digest);
});

test('links between the folders of old docker archives are followed', async () => {
  const config = amd64.config.bytes;
  const archive = writeTar({
    'config.json': config,
    'one/layer.tar': base.bytes,
    'two/layer.tar': { symlink: '../one/layer.tar' },
    'manifest.json': JSON.stringify([{ Config: 'config.json', Layers: ['one/layer.tar', 'two/layer.tar'] }]),
  });
  await using source = await open(path(archive));
  assert.deepEqual(codes(source), [['linux/amd64', 2, []]]);
  const bytes = await bytesOf(source.images[0]?.layers[1]);
  assert.ok(bytes.equals(base.bytes));
});

test('what is missing from an image is a problem of that image, and the rest is read', async () => {
  const missing = (digest: string): Record<string, TarContent> => {
    const { [`blobs/${digest.replace(':', '/')}`]: _, ...rest } = tarFiles([amd64, arm64]);
    return rest;
  };
  const cases: [string, unknown][] = [
    [top.digest, ['linux/amd64', 1, ['layer-missing']]],
    [amd64.config.digest, ['unknown', 2, ['blob-missing']]],
    [amd64.manifest.digest, ['unknown', 0, ['blob-missing']]],
  ];
  for (const [digest, expected] of cases) {
    await using source = await open(path(writeTar(missing(digest))));
    assert.deepEqual(codes(source), [expected, ['linux/arm64/v8', 1, []]]);
  }
});

test('a changed manifest or configuration is not believed', async () => {
  for (const [blob, expected] of [
    [amd64.manifest, ['unknown', 0, ['file-damaged']]],
    [amd64.config, ['unknown', 2, ['file-damaged']]],
  ] as const) {
    const name = `blobs/${blob.digest.replace(':', '/')}`;
    const changed = Buffer.from(
      blob.bytes.toString().replace('linux', 'Linux').replace('"schemaVersion":2', '"schemaVersion":3'),
    );
    await using source = await open(path(writeTar({ ...tarFiles([amd64]), [name]: changed })));
    assert.deepEqual(codes(source), [expected]);
  }
});

test('docker archives: a missing layer or configuration is a problem', async () => {
  const archive = (config: string, layers: string[]) =>
    writeTar({
      'config.json': amd64.config.bytes,
      'a.tar': base.bytes,
      'manifest.json': JSON.stringify([{ Config: config, Layers: layers }]),
    });
  await using withoutLayer = await open(path(archive('config.json', ['a.tar', 'b.tar'])));
  assert.deepEqual(codes(withoutLayer), [['linux/amd64', 1, ['layer-missing']]]);
  await using withoutConfig = await open(path(archive('other.json', ['a.tar'])));
  assert.deepEqual(codes(withoutConfig), [['unknown', 1, ['blob-missing']]]);
  await using outside = await open(path(archive('config.json', ['../../../etc/passwd', 'a.tar'])));
  assert.deepEqual(codes(outside), [['linux/amd64', 1, ['layer-missing']]]);
});

test('an archive that is cut off is read as far as it goes', async () => {
  const order = writeTar({
    'manifest.json': '[{"Config":"c.json","Layers":["a.tar","b.tar"]}]',
    'c.json': amd64.config.bytes,
    'a.tar': base.bytes,
    'b.tar': Buffer.alloc(9999),
  });
  await using source = await open(path(order.subarray(0, order.length - 6000)));
  assert.deepEqual(codes(source), [['linux/amd64', 2, ['archive-damaged']]]);
});

for (const [name, target, sentence] of [
  ['an empty file', () => path(Buffer.alloc(0)), /the file is empty/],
  ['text', () => path(Buffer.from('hello'.repeat(500))), /damaged at byte 0/],
  ['an archive of other files', () => path(writeTar({ a: 'b' })), /it holds no image \(neither/],
  ['a manifest.json that is none', () => path(writeTar({ 'manifest.json': '{"a":1}' })), /not what docker save writes/],
  ['a manifest.json that is no JSON', () => path(writeTar({ 'manifest.json': '{' })), /it is not JSON/],
  ['a docker archive without images', () => path(writeTar({ 'manifest.json': '[]' })), /it holds no image/],
  ['an index.json that is none', () => path(writeTar({ 'index.json': '[]' })), /cannot use manifest/],
  ['a layout of artifacts', () => path(writeTar(tarFiles([], [artifact()]))), /it holds no image/],
  ['an empty folder', () => emptyFolder(), /it holds no image/],
  ['a name with a dot before it', () => './absent', /there is no such file/],
  ['a name without a slash', () => 'absent', /there is no such file/],
] as const) {
  test(`${name} is refused with a sentence`, async () => {
    await assert.rejects(open(target()), (error) => {
      assert.ok(error instanceof AppError);
      assert.match(error.message, sentence);
      assert.ok(['unusable-input', 'MANIFEST_INVALID'].includes(error.code), error.code);
      return true;
    });
  });
}

test('what is no path is asked for at a registry', async () => {
  const asked: string[] = [];
  await openImageSource('registry.example/team/app:1', async (reference) => {
    asked.push(reference);
    return { target: reference, images: [], async [Symbol.asyncDispose]() {} };
  });
  assert.deepEqual(asked, ['registry.example/team/app:1']);
});

test('links in a layout folder are not followed out of it', async () => {
  const target = path();
  await writeLayout(target, [amd64]);
  const blob = join(target, 'blobs/sha256', 'f'.repeat(64));
  symlinkSync('/etc/passwd', blob);
  writeFileSync(
    join(target, 'index.json'),
    indexOf([{ mediaType: mediaTypes.imageManifest, digest: `sha256:${'f'.repeat(64)}`, size: 1 }]).bytes,
  );
  await using source = await open(target);
  assert.deepEqual(codes(source), [['unknown', 0, ['blob-missing']]]);
});

test('an index that leads to itself or goes too deep ends', async () => {
  let inner = buildIndex([amd64]);
  const tops = [inner];
  for (let depth = 0; depth < 6; depth += 1) {
    inner = indexOf([describe(inner)]);
    tops.unshift(inner);
  }
  await using source = await open(
    path(writeTar({ ...tarFiles([amd64], tops), 'index.json': indexOf([describe(inner)]).bytes })),
  );
  assert.deepEqual(codes(source), [['unknown', 0, ['limit-reached']]]);
});

function describe({ mediaType, digest, bytes }: BuiltBlob) {
  return { mediaType, digest, size: bytes.length };
}

function indexOf(manifests: readonly object[]): BuiltBlob {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests }));
  return { ...buildIndex([]), bytes, digest: digestOf(bytes) };
}

function digestOf(bytes: Uint8Array): BuiltBlob['digest'] {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function tarFiles(images: readonly BuiltImage[], tops?: readonly BuiltBlob[]): Record<string, TarContent> {
  return { ...layoutFiles(images, tops) };
}

function artifact(): BuiltBlob {
  const config = { mediaType: mediaTypes.empty, digest: digestOf(Buffer.from('{}')), size: 2 };
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageManifest, artifactType: 'a/b', config, layers: [] }),
  );
  return { mediaType: mediaTypes.imageManifest, digest: digestOf(bytes), bytes };
}

function emptyFolder(): string {
  const target = path();
  mkdirSync(target);
  return target;
}
