import { createHash } from 'node:crypto';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { BuiltBlob, BuiltImage } from './build-image.ts';
import { writeTar } from './tar-writer.ts';

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function descriptorOf({ mediaType, digest, bytes }: BuiltBlob) {
  return { mediaType, digest, size: bytes.length };
}

/** Every blob of the images, by digest. */
export function blobsOf(images: readonly BuiltImage[]): Map<string, BuiltBlob> {
  const blobs = images.flatMap((image) => [image.manifest, image.config, ...image.layers]);
  return new Map(blobs.map((blob) => [blob.digest, blob]));
}

/** The files of an OCI layout (OCI image-spec 1.1, "Image Layout") whose `index.json` names `top`. */
export function layoutFiles(
  images: readonly BuiltImage[],
  tops: readonly BuiltBlob[] = images.map((image) => image.manifest),
): Record<string, Buffer> {
  const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: tops.map(descriptorOf) };
  const blobs = [...blobsOf(images).values(), ...tops];
  return {
    'oci-layout': Buffer.from('{"imageLayoutVersion":"1.0.0"}'),
    'index.json': Buffer.from(JSON.stringify(index)),
    ...Object.fromEntries(blobs.map((blob) => [blobPath(blob.digest), blob.bytes])),
  };
}

/** An OCI archive: the layout as one tar. */
export function writeOciArchive(images: readonly BuiltImage[], tops?: readonly BuiltBlob[]): Buffer {
  return writeTar(layoutFiles(images, tops));
}

/** What `docker save` wrote before it wrote layouts: `manifest.json`, configurations and layers by name. */
export function writeDockerArchive(images: readonly BuiltImage[], tags: readonly string[] = ['test:latest']): Buffer {
  const files: Record<string, Buffer> = {};
  const manifest = images.map((image) => {
    const configName = `${image.config.digest.slice('sha256:'.length)}.json`;
    files[configName] = image.config.bytes;
    const layers = image.layers.map((layer) => {
      const name = `${createHash('sha256').update(layer.diffId).digest('hex')}/layer.tar`;
      files[name] = layer.bytes;
      return name;
    });
    return { Config: configName, RepoTags: tags, Layers: layers };
  });
  return writeTar({ ...files, 'manifest.json': JSON.stringify(manifest) });
}
