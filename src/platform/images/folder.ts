import { createReadStream, existsSync, lstatSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { FileSet } from './image-source.ts';

/** A folder's plain files. Paths come from inside images, so only what the caller composed of checked digests is asked for. */
export function openFolder(folder: string): FileSet {
  const isFile = (path: string) => existsSync(join(folder, path)) && lstatSync(join(folder, path)).isFile();
  return {
    problems: [],
    has: isFile,
    names: () => [],
    async read(path, maxBytes) {
      if (!isFile(path)) return undefined;
      const { size } = await stat(join(folder, path));
      if (size > maxBytes)
        throw new AppError('limit-reached', `cannot read ${path}: ${size} bytes exceed the limit of ${maxBytes}`);
      return readFile(join(folder, path));
    },
    open: (path) => createReadStream(join(folder, path), { highWaterMark: 1024 * 1024 }),
    async [Symbol.asyncDispose]() {},
  };
}
