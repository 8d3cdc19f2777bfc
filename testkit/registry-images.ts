import { attachArtifact, type BlobDeps, digestOf, putBlobBytes, putManifest } from '#features/registry/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { Digest } from '#kernel/digest.ts';

/** Puts small made-up images, indexes and artifacts into a registry, past its surface. */
export class RegistryImages {
  readonly #deps: BlobDeps;

  constructor(deps: BlobDeps) {
    this.#deps = deps;
  }

  /** An image of one layer that holds this text. */
  async pushImage(repository: string, layer: string, tags: readonly string[] = []): Promise<Digest> {
    const config = configOf(layer);
    await putBlobBytes(this.#deps, repository, config);
    await putBlobBytes(this.#deps, repository, Buffer.from(layer));
    const bytes = imageOf(config, Buffer.from(layer));
    return (await putManifest(this.#deps.db, { repository, bytes, mediaType: mediaTypes.imageManifest, tags })).digest;
  }

  async pushIndex(repository: string, children: readonly Digest[], tags: readonly string[] = []): Promise<Digest> {
    const manifests = children.map((digest) => ({ mediaType: mediaTypes.imageManifest, digest, size: 1 }));
    const bytes = json({ schemaVersion: 2, manifests });
    return (await putManifest(this.#deps.db, { repository, bytes, mediaType: mediaTypes.imageIndex, tags })).digest;
  }

  /** An artifact that refers to the subject. */
  async attach(repository: string, subject: Digest, artifactType: string): Promise<Digest> {
    const payload = Buffer.from(`${artifactType} of ${subject}`);
    const empty = Buffer.from('{}');
    const manifest = json({
      schemaVersion: 2,
      artifactType,
      config: descriptor(mediaTypes.empty, empty),
      layers: [descriptor('text/plain', payload)],
      subject: { mediaType: mediaTypes.imageManifest, digest: subject, size: 1 },
      annotations: { of: subject },
    });
    const blobs = [empty, payload].map((bytes) => ({ digest: digestOf(bytes), bytes }));
    const artifact = { manifest, mediaType: mediaTypes.imageManifest, blobs, pushedBy: 'assay' };
    return (await attachArtifact(this.#deps, repository, artifact)).digest;
  }
}

export function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

/** The config of `pushImage`. */
export function configOf(layer: string): Buffer {
  return json({ os: 'linux', of: layer });
}

/** An image manifest with that config and layer; neither needs to be stored. */
export function imageOf(config: Uint8Array, layer: Uint8Array): Buffer {
  return json({
    schemaVersion: 2,
    config: descriptor(mediaTypes.imageConfig, config),
    layers: [descriptor(mediaTypes.layerTar, layer)],
  });
}

export function descriptor(mediaType: string, bytes: Uint8Array, more: object = {}) {
  return { mediaType, digest: digestOf(bytes), size: bytes.length, ...more };
}
