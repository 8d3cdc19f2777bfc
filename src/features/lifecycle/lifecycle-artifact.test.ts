import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parseManifest } from '#formats/oci/manifest.ts';
import { lifecycleArtifact, newestLifecycleDate, readLifecycleDate } from './lifecycle-artifact.ts';

const KEY = 'vnd.microsoft.artifact.lifecycle.end-of-life.date';
const subject = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: `sha256:${'a'.repeat(64)}`, size: 9 };

test('a lifecycle artifact is an empty artifact that refers to the image and names the day', () => {
  const artifact = lifecycleArtifact(subject, '2026-11-01', new Date('2026-11-23T12:00:00Z'));
  const manifest = parseManifest(artifact.bytes, artifact.mediaType);
  assert.ok(manifest.kind === 'artifact');
  assert.equal(manifest.artifactType, 'application/vnd.microsoft.artifact.lifecycle');
  assert.deepEqual({ ...manifest.subject }, subject);
  assert.deepEqual(manifest.annotations, {
    'org.opencontainers.image.created': '2026-11-23T12:00:00.000Z',
    [KEY]: '2026-11-01',
  });
  assert.equal(artifact.digest, `sha256:${createHash('sha256').update(artifact.bytes).digest('hex')}`);
  const [blob] = artifact.blobs;
  assert.equal(blob?.digest, `sha256:${createHash('sha256').update('{}').digest('hex')}`);
  for (const part of [manifest.config, ...manifest.layers]) assert.equal(part.digest, blob?.digest);
  assert.equal(manifest.layers.length, 1);
});

const dates: readonly (readonly [string, string | undefined])[] = [
  ['2026-11-01', '2026-11-01'],
  [' 2026-11-01 ', '2026-11-01'],
  ['2026-11-01T00:00:00Z', '2026-11-01'],
  ['2026-11-01T00:00:00.000+01:00', '2026-11-01'],
  ['2024-02-29', '2024-02-29'],
  ['2026-02-29', undefined],
  ['2026-13-01', undefined],
  ['2026-11-01; DROP', undefined],
  ['01.11.2026', undefined],
  ['', undefined],
];

for (const [text, day] of dates) {
  test(`the annotation "${text}" means ${day ?? 'nothing'}`, () => {
    assert.equal(readLifecycleDate({ [KEY]: text }), day);
  });
}

test('the newest of several lifecycle artifacts counts, whatever its date', () => {
  const made = (created: string, day: string) => ({
    annotations: { 'org.opencontainers.image.created': created, [KEY]: day },
  });
  const referrers = [
    made('2026-01-01T00:00:00Z', '2030-01-01'),
    made('2026-06-01T00:00:00Z', '2026-12-31'),
    made('not a time', '2031-01-01'),
    made('2026-09-01T00:00:00Z', 'not a day'),
    { annotations: null },
    {},
  ];
  assert.equal(newestLifecycleDate(referrers), '2026-12-31');
  assert.equal(newestLifecycleDate([]), undefined);
});
