import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { parseImageConfig } from '#formats/oci/image-config.ts';
import { parseManifest } from '#formats/oci/manifest.ts';
import { buildImage, buildIndex, buildLayer } from './build-image.ts';
import { writeTar } from './tar-writer.ts';
import { layoutFiles } from './write-image.ts';

const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const files = { 'etc/hostname': 'box\n', 'usr/bin/tool': { bytes: '#!/bin/sh\n', mode: 0o755 } };

test('the same files are the same bytes, whatever the packing', () => {
  const tar = writeTar(files);
  assert.equal(sha256(tar), 'sha256:f34b394b1f69a28383a53b7d238cd5d5803d43ec326c7957fbdd019fde8c00c0');
  for (const [compression, unpack] of [
    ['gzip', gunzipSync],
    ['zstd', zstdDecompressSync],
    ['none', Buffer.from],
  ] as const) {
    const layer = buildLayer(files, compression);
    assert.equal(layer.diffId, sha256(tar));
    assert.equal(layer.digest, sha256(layer.bytes));
    assert.ok(Buffer.from(unpack(layer.bytes)).equals(tar));
    assert.deepEqual(buildLayer(files, compression).bytes, layer.bytes);
  }
});

test('an image is what its manifest and configuration say', () => {
  const layer = buildLayer(files);
  const platform = { os: 'linux', architecture: 'arm64', variant: 'v8' };
  const image = buildImage({ layers: [layer], platform, labels: { a: 'b' }, annotations: { c: 'd' } });
  const manifest = parseManifest(image.manifest.bytes, image.manifest.mediaType);
  assert.ok(manifest.kind === 'image');
  assert.deepEqual(manifest.layers, [{ mediaType: layer.mediaType, digest: layer.digest, size: layer.bytes.length }]);
  assert.deepEqual(manifest.annotations, { c: 'd' });
  const config = parseImageConfig(image.config.bytes);
  assert.deepEqual(config.rootfs?.diff_ids, [layer.diffId]);
  assert.deepEqual(config.config?.Labels, { a: 'b' });
  assert.equal(config.variant, 'v8');
});

test('an index names its images by platform, and a layout holds every blob', () => {
  const images = ['amd64', 'arm64'].map((architecture) =>
    buildImage({ layers: [buildLayer(files)], platform: { os: 'linux', architecture } }),
  );
  const top = buildIndex(images);
  const index = parseManifest(top.bytes, top.mediaType);
  assert.ok(index.kind === 'index');
  assert.deepEqual(
    index.manifests.map((child) => child.platform?.architecture),
    ['amd64', 'arm64'],
  );
  const layout = layoutFiles(images, [top]);
  for (const [path, bytes] of Object.entries(layout))
    if (path.startsWith('blobs/')) assert.equal(sha256(bytes), path.slice('blobs/'.length).replace('/', ':'));
  assert.equal(Object.keys(layout).length, 2 + 1 + 2 + 2 + 1);
});
