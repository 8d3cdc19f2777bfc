import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BuiltBlob, type BuiltImage, layoutFiles } from '#formats/layers/index.ts';

export {
  type BuiltBlob,
  type BuiltImage,
  type BuiltLayer,
  blobsOf,
  buildImage,
  buildIndex,
  buildLayer,
  layoutFiles,
  writeDockerArchive,
  writeOciArchive,
} from '#formats/layers/index.ts';

/** Writes an OCI layout folder. */
export async function writeLayout(
  folder: string,
  images: readonly BuiltImage[],
  tops?: readonly BuiltBlob[],
): Promise<void> {
  for (const [path, bytes] of Object.entries(layoutFiles(images, tops))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

/** A paragraph of dpkg's `status`. */
export function debPackage(name: string, version: string, more: Readonly<Record<string, string>> = {}): string {
  const fields = { Package: name, Status: 'install ok installed', Architecture: 'amd64', Version: version, ...more };
  return `${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n')}\n\n`;
}

/** A paragraph of apk's `installed`. */
export function apkPackage(name: string, version: string, more: { origin?: string; files?: readonly string[] } = {}) {
  const files = (more.files ?? []).flatMap((path) => [
    `F:${dirname(path)}`,
    `R:${path.slice(dirname(path).length + 1)}`,
  ]);
  return `${[`P:${name}`, `V:${version}`, 'A:x86_64', `o:${more.origin ?? name}`, ...files].join('\n')}\n\n`;
}

export const debianRelease = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';
export const alpineRelease = 'ID=alpine\nVERSION_ID=3.20.3\nPRETTY_NAME="Alpine Linux v3.20"\n';

/** A module's `package.json`. */
export function npmModule(name: string, version: string): string {
  return JSON.stringify({ name, version, license: 'MIT' });
}
