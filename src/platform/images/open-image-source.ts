import { existsSync, statSync } from 'node:fs';
import { parseManifest } from '#formats/oci/manifest.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { AppError } from '#kernel/errors.ts';
import type { Problem } from '#model/problem.ts';
import { openArchive } from './archive.ts';
import { readDockerArchive } from './docker-archive.ts';
import { openFolder } from './folder.ts';
import type { FileSet, ImageSource, SourceImage } from './image-source.ts';
import { layoutContent } from './layout-content.ts';
import { readImages } from './oci-layout.ts';
import { searchImages } from './search-images.ts';

const INDEX_BYTES = 8 * 1024 * 1024;

export type OpenReference = (reference: string) => Promise<ImageSource>;

async function readLayout(files: FileSet): Promise<SourceImage[]> {
  const bytes = await files.read('index.json', INDEX_BYTES);
  if (!bytes) return [];
  const index = parseManifest(bytes, mediaTypes.imageIndex);
  const images: SourceImage[] = [];
  const content = layoutContent(files);
  for (const descriptor of index.kind === 'index' ? index.manifests : []) {
    for (const image of await readImages(content, descriptor)) {
      if (!images.some((known) => known.digest === image.digest)) images.push(image);
    }
  }
  return images;
}

async function readFiles(target: string, files: FileSet): Promise<SourceImage[]> {
  if (files.has('index.json')) {
    const images = await readLayout(files);
    if (images.length > 0) return images;
  }
  if (files.has('manifest.json')) return readDockerArchive(files);
  const found = files.has('index.json') ? [] : await searchImages(files);
  if (found.length > 0) return found;
  const damage = files.problems[0]?.message;
  throw new AppError(
    'unusable-input',
    damage
      ? `cannot scan ${target}: ${damage}`
      : `cannot scan ${target}: it holds no image (neither an OCI layout's index.json nor docker save's manifest.json)`,
  );
}

function withProblems(images: readonly SourceImage[], problems: readonly Problem[]): SourceImage[] {
  return images.map((image) => ({ ...image, problems: [...problems, ...image.problems] }));
}

/**
 * An OCI or docker-save archive (plain or gzipped), an OCI layout folder, or a registry reference. Throws `unusable-input`
 * with one sentence when the target is none of them.
 */
export async function openImageSource(target: string, openReference: OpenReference): Promise<ImageSource> {
  if (!existsSync(target)) {
    const looksLikePath = /^[./~]|\.(?:tar|tgz|gz)$/.test(target) || !target.includes('/');
    if (looksLikePath) throw new AppError('unusable-input', `cannot scan ${target}: there is no such file or folder`);
    return openReference(target);
  }
  const files = statSync(target).isDirectory() ? openFolder(target) : await openArchive(target);
  try {
    const images = await readFiles(target, files);
    if (images.length === 0) throw new AppError('unusable-input', `cannot scan ${target}: it holds no image`);
    return {
      target,
      images: withProblems(images, files.problems),
      [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
    };
  } catch (error) {
    await files[Symbol.asyncDispose]();
    throw error;
  }
}
