import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildImage, buildLayer, layoutFiles, writeDockerArchive } from '#testkit/images.ts';
import { writeTar } from '#testkit/tar.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { openImageSource } from './open-image-source.ts';

const image = buildImage({ layers: [buildLayer({ a: 'x' }), buildLayer({ b: 'y'.repeat(4000) }, 'none')] });

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
before(async () => {
  folder = await temporaryFolder();
});
after(() => folder[Symbol.asyncDispose]());

async function read(bytes: Uint8Array) {
  const path = join(folder.path, 'image');
  writeFileSync(path, bytes);
  await using source = await openImageSource(path, async () => assert.fail('no registry was to be asked'));
  return source.images.map((found) => ({
    digest: found.digest,
    platform: found.platform,
    layers: found.layers.map((layer) => layer.diffId),
    problems: found.problems.map((problem) => problem.code),
  }));
}

test('a layout without its list still has its manifests', async () => {
  const { 'index.json': _, ...rest } = layoutFiles([image]);
  const expected = [
    {
      digest: image.manifest.digest,
      platform: 'linux/amd64',
      layers: image.layers.map((layer) => layer.diffId),
      problems: ['blob-missing'],
    },
  ];
  assert.deepEqual(await read(writeTar(rest)), expected);
  assert.deepEqual(await read(gzipSync(writeTar(rest))), expected);
});

test('an archive of docker save that was cut off before its list still has its layers', async () => {
  const whole = writeDockerArchive([image]);
  const [found] = await read(whole.subarray(0, whole.lastIndexOf('manifest.json')));
  assert.equal(found?.digest, image.config.digest);
  assert.equal(found?.platform, 'linux/amd64');
  assert.equal(found?.layers.length, 2);
  assert.deepEqual(found?.problems, ['blob-missing']);
});

test('layers that are named by their diff IDs have their order', async () => {
  const [first, second] = image.layers.map((layer) => layer.diffId);
  const files = {
    [`blobs/${second?.replace(':', '/')}`]: 'second',
    [`blobs/${first?.replace(':', '/')}`]: 'first',
    [`blobs/${image.config.digest.replace(':', '/')}`]: image.config.bytes,
  };
  assert.deepEqual((await read(writeTar(files)))[0]?.layers, [first, second]);
});

test('other files are no image', async () => {
  await assert.rejects(read(writeTar({ 'blobs/sha256/00': '{"schemaVersion":2}', readme: 'x' })), /it holds no image/);
});
