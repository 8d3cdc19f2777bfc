import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type ImageConfig, parseImageConfig } from '#formats/oci/image-config.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import { parseJson } from '#kernel/json.ts';
import type { Problem } from '#model/problem.ts';
import { archiveName } from './archive.ts';
import { diffIdsOf, platformName } from './image-configuration.ts';
import type { FileSet, SourceImage, SourceLayer } from './image-source.ts';

const METADATA_BYTES = 8 * 1024 * 1024;

const DockerManifest = z.array(z.looseObject({ Config: z.string(), Layers: z.array(z.string()).nullish() }));

async function readConfig(
  files: FileSet,
  name: string,
  problems: Problem[],
): Promise<{ config: ImageConfig | null; digest: string }> {
  const nameDigest = `sha256:${/[0-9a-f]{64}/.exec(name)?.[0] ?? createHash('sha256').update(name).digest('hex')}`;
  try {
    const bytes = await files.read(archiveName(name), METADATA_BYTES);
    if (bytes)
      return { config: parseImageConfig(bytes), digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
    problems.push({
      code: 'blob-missing',
      message: `the image configuration ${name} is missing`,
      path: null,
      layer: null,
    });
  } catch (error) {
    problems.push({ code: 'file-damaged', message: messageOf(error), path: null, layer: null });
  }
  return { config: null, digest: nameDigest };
}

/** What `docker save` writes: `manifest.json` that names a configuration and layers by path. */
export async function readDockerArchive(files: FileSet): Promise<SourceImage[]> {
  const bytes = await files.read('manifest.json', METADATA_BYTES);
  const parsed = DockerManifest.safeParse(parseJson(bytes ?? '', 'manifest.json'));
  if (!parsed.success)
    throw new AppError('unusable-input', 'cannot scan the archive: its manifest.json is not what docker save writes');
  const images: SourceImage[] = [];
  for (const { Config, Layers } of parsed.data) {
    const problems: Problem[] = [];
    const { config, digest } = await readConfig(files, Config, problems);
    const layers: SourceLayer[] = [];
    const names = Layers ?? [];
    const diffIds = diffIdsOf(config, names.length, problems);
    for (const [index, name] of names.entries()) {
      const diffId = diffIds[index] ?? null;
      const path = archiveName(name);
      if (files.has(path)) layers.push({ digest: null, diffId, open: () => files.open(path) });
      else
        problems.push({
          code: 'layer-missing',
          message: `layer ${index + 1} (${name}) is missing from the archive`,
          path: null,
          layer: diffId,
        });
    }
    const platform = platformName(config ?? {}) ?? 'unknown';
    images.push({ digest, mediaType: mediaTypes.dockerManifest, platform, config, layers, problems });
  }
  return images;
}
