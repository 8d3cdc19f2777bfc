import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifest } from './manifest.ts';
import { mediaTypes } from './media-types.ts';

const digest = `sha256:${'0'.repeat(64)}`;

function manifestOf(config: string, layers: readonly string[], more: object = {}): Uint8Array {
  return new TextEncoder().encode(
    JSON.stringify({
      schemaVersion: 2,
      config: { mediaType: config, digest, size: 2 },
      layers: layers.map((mediaType) => ({ mediaType, digest, size: 2 })),
      ...more,
    }),
  );
}

const kinds: readonly [what: string, kind: string, artifactType: string | null, bytes: Uint8Array][] = [
  ['an image', 'image', null, manifestOf(mediaTypes.imageConfig, [mediaTypes.layerGzip])],
  ['an image without layers', 'image', null, manifestOf(mediaTypes.imageConfig, [])],
  [
    'an image with a foreign layer',
    'image',
    null,
    manifestOf(mediaTypes.dockerConfig, ['application/vnd.docker.image.rootfs.foreign.diff.tar.gzip']),
  ],
  [
    'an image that claims to be an artifact',
    'image',
    'application/vnd.example',
    manifestOf(mediaTypes.imageConfig, [mediaTypes.layerGzip], { artifactType: 'application/vnd.example' }),
  ],
  [
    'a signature that borrows the config of an image',
    'artifact',
    mediaTypes.imageConfig,
    manifestOf(mediaTypes.imageConfig, ['application/vnd.dev.cosign.simplesigning.v1+json']),
  ],
  [
    'an artifact',
    'artifact',
    'application/vnd.example',
    manifestOf(mediaTypes.empty, [mediaTypes.empty], { artifactType: 'application/vnd.example' }),
  ],
  ['an artifact named by its config', 'artifact', 'application/vnd.chart', manifestOf('application/vnd.chart', [])],
];

for (const [what, kind, artifactType, bytes] of kinds) {
  test(`${what} is of kind ${kind}`, () => {
    const manifest = parseManifest(bytes, mediaTypes.imageManifest);
    assert.equal(manifest.kind, kind);
    assert.equal(manifest.artifactType, artifactType);
  });
}

test('an index lists its children; a missing list is an empty one', () => {
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2 }));
  const index = parseManifest(bytes, mediaTypes.imageIndex);
  assert.ok(index.kind === 'index' && index.manifests.length === 0);
});

for (const [what, text, mediaType] of [
  ['no JSON', '{', mediaTypes.imageManifest],
  ['another schema version', '{"schemaVersion":1}', mediaTypes.imageManifest],
  ['another media type inside', `{"schemaVersion":2,"mediaType":"${mediaTypes.imageIndex}"}`, mediaTypes.imageManifest],
  ['what is also an index', '{"schemaVersion":2,"manifests":[]}', mediaTypes.imageManifest],
  ['an unknown media type', '{"schemaVersion":2}', 'application/json'],
  [
    'a negative size',
    `{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"${digest}","size":-1}]}`,
    mediaTypes.imageIndex,
  ],
  [
    'a bad digest',
    '{"schemaVersion":2,"manifests":[{"mediaType":"x","digest":"sha256:1","size":1}]}',
    mediaTypes.imageIndex,
  ],
] as const) {
  test(`a manifest with ${what} is refused`, () => {
    assert.throws(() => parseManifest(new TextEncoder().encode(text), mediaType), { name: 'AppError' });
  });
}
