import { createHash } from 'node:crypto';
import { type ImageConfig, parseImageConfig } from '#formats/oci/image-config.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { isDigest } from '#kernel/digest.ts';
import { parseJson } from '#kernel/json.ts';
import type { Problem } from '#model/problem.ts';
import { platformName } from './image-configuration.ts';
import type { FileSet, SourceImage, SourceLayer } from './image-source.ts';
import { blobPath, layoutContent } from './layout-content.ts';
import { readImages } from './oci-layout.ts';

const DOCUMENT_BYTES = 4 * 1024 * 1024;
const MAX_DOCUMENTS = 1000;
const BLOB = /^blobs\/(sha256|sha512)\/([0-9a-f]+)$/;
const CONFIG = /^[0-9a-f]{64}\.json$/;
const LAYER = /(?:^|\/)layer\.tar$/;

interface Document {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly value: Readonly<Record<string, unknown>>;
}

/** What is JSON among the files that could describe an image. */
async function readDocuments(files: FileSet): Promise<Document[]> {
  const documents: Document[] = [];
  for (const name of files.names()) {
    if (!BLOB.test(name) && !CONFIG.test(name)) continue;
    if (documents.length === MAX_DOCUMENTS) break;
    try {
      const bytes = await files.read(name, DOCUMENT_BYTES);
      const value = bytes?.[0] === 0x7b ? parseJson(bytes, name) : undefined;
      if (bytes && typeof value === 'object' && value !== null) documents.push({ name, bytes, value: { ...value } });
    } catch {
      // Too large for a description, or cut off: it is no document.
    }
  }
  return documents;
}

function missing(message: string): Problem {
  return { code: 'blob-missing', message, path: null, layer: null };
}

async function byManifests(files: FileSet, documents: readonly Document[]): Promise<SourceImage[]> {
  const problem = missing('the list of images (index.json) is missing: images were found by their manifests');
  const images: SourceImage[] = [];
  for (const { name, bytes, value } of documents) {
    const [, algorithm, hex] = BLOB.exec(name) ?? [];
    const digest = `${algorithm}:${hex}`;
    if (!isDigest(digest) || value.schemaVersion !== 2 || !('config' in value) || !('layers' in value)) continue;
    const mediaType = typeof value.mediaType === 'string' ? value.mediaType : mediaTypes.imageManifest;
    const found = await readImages(layoutContent(files), { digest, mediaType, size: bytes.length });
    for (const image of found) images.push({ ...image, problems: [problem, ...image.problems] });
  }
  return images;
}

function findConfig(documents: readonly Document[]): { config: ImageConfig; bytes: Uint8Array } | undefined {
  for (const { bytes, value } of documents) {
    if (!('rootfs' in value)) continue;
    try {
      return { config: parseImageConfig(bytes), bytes };
    } catch {
      // another one may be whole
    }
  }
  return undefined;
}

/** Layers by the diff IDs that name them or, without, as they lie there. */
function findLayers(files: FileSet, config: ImageConfig | undefined): SourceLayer[] {
  const diffIds = (config?.rootfs?.diff_ids ?? []).filter(isDigest).filter((diffId) => files.has(blobPath(diffId)));
  if (diffIds.length > 0)
    return diffIds.map((diffId) => ({ digest: null, diffId, open: () => files.open(blobPath(diffId)) }));
  const names = [...files.names()].filter((name) => LAYER.test(name));
  return names.map((name) => ({ digest: null, diffId: null, open: () => files.open(name) }));
}

/**
 * What can still be found in an archive whose list of images is missing, because it was cut off or taken apart: images by
 * their manifests or else the layers that are there, as one image, each with a problem that says so.
 */
export async function searchImages(files: FileSet): Promise<SourceImage[]> {
  const documents = await readDocuments(files);
  const images = await byManifests(files, documents);
  if (images.length > 0) return images;
  const known = findConfig(documents);
  const layers = findLayers(files, known?.config);
  if (layers.length === 0) return [];
  const described = known?.bytes ?? Buffer.from([...files.names()].join('\n'));
  const message =
    'the list of images (manifest.json) is missing: the layers that are there were read as one image, and their order may be another';
  return [
    {
      digest: `sha256:${createHash('sha256').update(described).digest('hex')}`,
      mediaType: mediaTypes.dockerManifest,
      platform: platformName(known?.config ?? {}) ?? 'unknown',
      config: known?.config ?? null,
      layers,
      problems: [missing(message)],
    },
  ];
}
