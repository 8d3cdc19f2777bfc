import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { decompress, writeTar } from '#formats/layers/index.ts';
import { AppError } from '#kernel/errors.ts';
import { openImageSource } from '#platform/images/open-image-source.ts';

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Writes the first platform of an archive in the one form that every scanner reads: docker save's, with unpacked layers. */
export async function writeDockerSave(archive: string, target: string): Promise<void> {
  await using source = await openImageSource(archive, async () => {
    throw new AppError('invalid-input', `${archive} is no file`);
  });
  const [image] = source.images;
  const files: Record<string, Buffer> = {};
  const names: string[] = [];
  for (const layer of image?.layers ?? []) {
    const pieces: Buffer[] = [];
    await decompress(() => layer.open(), {
      onCompressed() {},
      onBytes: (bytes) => void pieces.push(Buffer.from(bytes)),
    });
    const tar = Buffer.concat(pieces);
    const name = `${sha256(tar)}/layer.tar`;
    files[name] = tar;
    names.push(name);
  }
  const diff_ids = names.map((name) => `sha256:${name.split('/')[0]}`);
  const config = Buffer.from(JSON.stringify({ ...image?.config, rootfs: { type: 'layers', diff_ids } }));
  const configName = `${sha256(config)}.json`;
  const manifest = JSON.stringify([{ Config: configName, RepoTags: ['bench:latest'], Layers: names }]);
  await writeFile(target, writeTar({ ...files, [configName]: config, 'manifest.json': manifest }));
}
