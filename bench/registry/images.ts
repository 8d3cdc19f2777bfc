import { createHash, randomBytes } from 'node:crypto';
import { writeTar } from '#formats/layers/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { Body, PushedImage } from './push-client.ts';

export function bodyOf(...pieces: readonly Buffer[]): Body {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  for (const piece of pieces) {
    hash.update(piece);
    sizeBytes += piece.length;
  }
  return { digest: `sha256:${hash.digest('hex')}`, pieces, sizeBytes };
}

function descriptor(mediaType: string, { digest, sizeBytes }: Body) {
  return { mediaType, digest, size: sizeBytes };
}

function manifestOf(value: object): PushedImage['manifest'] {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.imageManifest, ...value }));
  return { ...bodyOf(bytes), mediaType: mediaTypes.imageManifest };
}

function imageOf(layer: Body, about: string): PushedImage {
  const config = bodyOf(
    Buffer.from(
      JSON.stringify({
        created: '2024-01-01T00:00:00Z',
        architecture: 'amd64',
        os: 'linux',
        config: { Labels: { about } },
        rootfs: { type: 'layers', diff_ids: [layer.digest] },
      }),
    ),
  );
  const manifest = manifestOf({
    config: descriptor(mediaTypes.imageConfig, config),
    layers: [descriptor(mediaTypes.layerTar, layer)],
  });
  return { layer, config, manifest };
}

/**
 * Images that no registry has seen, each with one layer of about so many bytes that cannot be compressed. The layer is a
 * tar, so that whoever reads what is pushed has something to read; all share the bytes behind its first file.
 */
export function makeImages(count: number, sizeBytes: number): PushedImage[] {
  const filler = writeTar({ 'srv/filler': randomBytes(sizeBytes) });
  const first = 'ID=alpine\nVERSION_ID=3.22.1\nPRETTY_NAME="Alpine Linux v3.22"\n';
  return Array.from({ length: count }, () => {
    const about = randomBytes(12).toString('hex');
    const named = writeTar({ 'etc/os-release': first, 'lib/apk/db/installed': '', 'srv/about': about });
    // Without the blocks of zeros that end a tar: the shared files follow.
    return imageOf(bodyOf(withoutEnd(named), filler), about);
  });
}

function withoutEnd(tar: Buffer): Buffer {
  let end = tar.length;
  while (end >= 512 && tar.subarray(end - 512, end).every((byte) => byte === 0)) end -= 512;
  return tar.subarray(0, end);
}

export const emptyBlob = bodyOf(Buffer.from('{}'));

/** Something small that is no image; with a subject it refers to it. */
export function makeArtifact(about: string, subject?: Body): PushedImage['manifest'] {
  const empty = descriptor(mediaTypes.empty, emptyBlob);
  return manifestOf({
    artifactType: 'application/vnd.example.benchmark',
    config: empty,
    layers: [empty],
    ...(subject && { subject: descriptor(mediaTypes.imageManifest, subject) }),
    annotations: { about },
  });
}
