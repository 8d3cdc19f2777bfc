import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseManifest } from '#formats/oci/manifest.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { createReportInput } from '#testkit/report-input.ts';
import { createReportArtifact } from './attach.ts';
import { reportFormats } from './formats/index.ts';

test('each format becomes an artifact of its type that refers to the image, its first blob the report', () => {
  const input = createReportInput();
  const { digest, mediaType, size } = input.image;
  for (const format of reportFormats) {
    const artifact = createReportArtifact({
      subject: { digest, mediaType, size },
      format,
      bytes: format.render(input),
      createdAt: input.finishedAt,
      validUntil: input.validUntil,
      annotations: { 'dev.assay.report.platform': 'linux/amd64' },
    });
    const manifest = parseManifest(artifact.manifest.bytes, mediaTypes.imageManifest);
    assert.ok(manifest.kind === 'artifact');
    assert.equal(manifest.artifactType, format.artifactType);
    assert.deepEqual(manifest.subject, { digest, mediaType, size });
    assert.deepEqual(
      [manifest.config, ...manifest.layers].map((descriptor) => [
        descriptor.mediaType,
        descriptor.digest,
        descriptor.size,
      ]),
      artifact.blobs.map((blob) => [blob.mediaType, blob.digest, blob.bytes.length]),
    );
    assert.equal(manifest.layers[0]?.mediaType, format.mediaType);
    assert.equal(manifest.config.mediaType, 'application/vnd.oci.empty.v1+json');
    assert.deepEqual(manifest.annotations, {
      'org.opencontainers.image.created': '2026-05-04T10:00:05Z',
      'dev.assay.report.kind': format.kind,
      'dev.assay.report.format': format.id,
      'dev.assay.report.valid-until': '2026-05-11T10:00:05Z',
      'dev.assay.report.platform': 'linux/amd64',
    });
  }
});
