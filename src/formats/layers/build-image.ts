import { createHash } from 'node:crypto';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { type Compression, mediaTypes } from '#formats/oci/media-types.ts';
import type { Digest } from '#kernel/digest.ts';
import { type TarContent, writeTar } from './tar-writer.ts';

export interface BuiltBlob {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface BuiltLayer extends BuiltBlob {
  readonly diffId: Digest;
}

export interface BuiltImage {
  readonly manifest: BuiltBlob;
  readonly config: BuiltBlob;
  readonly layers: readonly BuiltLayer[];
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
}

function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function blobOf(bytes: Buffer, mediaType: string): BuiltBlob {
  return { digest: digestOf(bytes), mediaType, bytes };
}

function descriptorOf({ mediaType, digest, bytes }: BuiltBlob) {
  return { mediaType, digest, size: bytes.length };
}

const layerTypes: Readonly<Record<Compression, string>> = {
  none: mediaTypes.layerTar,
  gzip: mediaTypes.layerGzip,
  zstd: mediaTypes.layerZstd,
};

export function compress(bytes: Buffer, compression: Compression): Buffer {
  if (compression === 'zstd') return zstdCompressSync(bytes);
  if (compression === 'none') return bytes;
  const packed = gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
  packed[9] = 255; // the operating system's number (RFC 1952, section 2.3.1): unknown, so that machines agree
  return packed;
}

/** A layer of these files. Same files, same bytes, on every machine. */
export function buildLayer(files: Readonly<Record<string, TarContent>>, compression: Compression = 'gzip'): BuiltLayer {
  const tar = writeTar(files);
  return { ...blobOf(compress(tar, compression), layerTypes[compression]), diffId: digestOf(tar) };
}

/** A single-platform image (OCI image-spec 1.1). Without `created` it is 1 January 2024. */
export function buildImage(parts: {
  readonly layers: readonly BuiltLayer[];
  readonly platform?: BuiltImage['platform'];
  readonly labels?: Readonly<Record<string, string>>;
  readonly env?: readonly string[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly created?: string;
}): BuiltImage {
  const { layers, platform = { os: 'linux', architecture: 'amd64' }, created = '2024-01-01T00:00:00Z' } = parts;
  const config = blobOf(
    Buffer.from(
      JSON.stringify({
        created,
        ...platform,
        config: { Labels: parts.labels ?? {}, Env: parts.env ?? [] },
        rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
        history: layers.map((_, index) => ({ created, created_by: `layer ${index + 1}` })),
      }),
    ),
    mediaTypes.imageConfig,
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    config: descriptorOf(config),
    layers: layers.map(descriptorOf),
    ...(parts.annotations && { annotations: parts.annotations }),
  };
  return {
    manifest: blobOf(Buffer.from(JSON.stringify(manifest)), mediaTypes.imageManifest),
    config,
    layers,
    platform,
  };
}

/** An index over platform images (OCI image-spec 1.1, "Image Index"). */
export function buildIndex(images: readonly BuiltImage[], annotations?: Readonly<Record<string, string>>): BuiltBlob {
  const manifests = images.map((image) => ({ ...descriptorOf(image.manifest), platform: image.platform }));
  const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests, ...(annotations && { annotations }) };
  return blobOf(Buffer.from(JSON.stringify(index)), mediaTypes.imageIndex);
}
