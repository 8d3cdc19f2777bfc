import { type ImageConfig, parseImageConfig } from '#formats/oci/image-config.ts';
import { type Descriptor, isAttestation, type Manifest, parseManifest } from '#formats/oci/manifest.ts';
import { isFileSystemLayer, mediaTypes } from '#formats/oci/media-types.ts';
import { messageOf } from '#kernel/errors.ts';
import type { Problem } from '#model/problem.ts';
import { diffIdsOf, platformName } from './image-configuration.ts';
import type { SourceImage, SourceLayer } from './image-source.ts';

const MANIFEST_BYTES = 8 * 1024 * 1024;
const MAX_DEPTH = 4;
const MAX_MANIFESTS = 1000;

/** Content by digest, wherever it is kept. */
export interface ContentSource {
  /** Checked against the digest where the source can; undefined when it is not there. */
  read(descriptor: Pick<Descriptor, 'digest' | 'size'>, maxBytes: number): Promise<Uint8Array | undefined>;
  open(descriptor: Descriptor): AsyncIterable<Uint8Array>;
  has(descriptor: Descriptor): boolean | Promise<boolean>;
}

function problem(code: string, message: string, layer: string | null = null): Problem {
  return { code, message, path: null, layer };
}

async function readConfig(
  source: ContentSource,
  descriptor: Descriptor,
  problems: Problem[],
): Promise<ImageConfig | null> {
  try {
    const bytes = await source.read(descriptor, MANIFEST_BYTES);
    if (bytes) return parseImageConfig(bytes);
    problems.push(problem('blob-missing', `the image configuration ${descriptor.digest} is missing`));
  } catch (error) {
    problems.push(problem('file-damaged', messageOf(error)));
  }
  return null;
}

async function layersOf(
  source: ContentSource,
  layers: readonly Descriptor[],
  config: ImageConfig | null,
  problems: Problem[],
): Promise<SourceLayer[]> {
  const diffIds = diffIdsOf(config, layers.length, problems);
  const found: SourceLayer[] = [];
  for (const [index, layer] of layers.entries()) {
    const diffId = diffIds[index] ?? null;
    if (!isFileSystemLayer(layer.mediaType)) {
      problems.push(
        problem(
          'media-type-unknown',
          `layer ${index + 1} has media type ${layer.mediaType}, which is not read`,
          diffId,
        ),
      );
    } else if (!(await source.has(layer))) {
      problems.push(problem('layer-missing', `layer ${index + 1} (${layer.digest}) is missing`, diffId));
    } else found.push({ digest: layer.digest, diffId, open: () => source.open(layer) });
  }
  return found;
}

function platformOf({ platform }: Descriptor, config: ImageConfig | null): string {
  const own = config && platformName({ ...config, variant: config.variant ?? platform?.variant });
  return own ?? platformName(platform ?? {}) ?? 'unknown';
}

async function readImage(
  source: ContentSource,
  descriptor: Descriptor,
  manifest: Exclude<Manifest, { kind: 'index' }>,
): Promise<SourceImage> {
  const problems: Problem[] = [];
  const config = await readConfig(source, manifest.config, problems);
  const layers = await layersOf(source, manifest.layers, config, problems);
  return {
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    platform: platformOf(descriptor, config),
    config,
    layers,
    problems,
  };
}

function broken(descriptor: Descriptor, code: string, message: string): SourceImage {
  const problems = [problem(code, message)];
  return {
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    platform: platformOf(descriptor, null),
    config: null,
    layers: [],
    problems,
  };
}

/**
 * The platform images that a descriptor leads to, through indexes. Attestations and other artifacts are passed over; what is
 * missing or damaged becomes an image with a problem.
 */
export async function readImages(source: ContentSource, top: Descriptor): Promise<SourceImage[]> {
  const images: SourceImage[] = [];
  const seen = new Set<string>();

  async function visit(descriptor: Descriptor, depth: number): Promise<void> {
    if (isAttestation(descriptor) || seen.has(descriptor.digest) || seen.size > MAX_MANIFESTS) return;
    seen.add(descriptor.digest);
    if (seen.size > MAX_MANIFESTS) {
      images.push(broken(descriptor, 'limit-reached', `the index leads to more than ${MAX_MANIFESTS} manifests`));
      return;
    }
    let manifest: Manifest;
    try {
      const bytes = await source.read(descriptor, MANIFEST_BYTES);
      if (!bytes) {
        images.push(broken(descriptor, 'blob-missing', `the manifest ${descriptor.digest} is missing`));
        return;
      }
      manifest = parseManifest(bytes, descriptor.mediaType);
    } catch (error) {
      images.push(broken(descriptor, 'file-damaged', messageOf(error)));
      return;
    }
    if (manifest.kind === 'artifact') return;
    if (manifest.kind !== 'index') images.push(await readImage(source, descriptor, manifest));
    else if (depth >= MAX_DEPTH)
      images.push(broken(descriptor, 'limit-reached', `indexes are nested deeper than ${MAX_DEPTH}`));
    else for (const child of manifest.manifests) await visit(child, depth + 1);
  }

  await visit(top, 0);
  return images;
}

/** A descriptor for content of which only the digest and the type are known. */
export function describe(
  digest: Descriptor['digest'],
  size: number,
  mediaType: string = mediaTypes.imageManifest,
): Descriptor {
  return { digest, size, mediaType };
}
