import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { normalizePath, sniffCompression } from '#formats/layers/index.ts';
import { AppError } from '#kernel/errors.ts';
import type { FileSet } from './image-source.ts';
import { openPacked } from './packed-archive.ts';
import { indexTar, type TarPlace } from './tar-index.ts';

const READ_BYTES = 1024 * 1024;

function tooLarge(path: string, sizeBytes: number, maxBytes: number): AppError {
  return new AppError('limit-reached', `cannot read ${path}: ${sizeBytes} bytes exceed the limit of ${maxBytes}`);
}

async function* bytesOf(path: string, place: TarPlace): AsyncGenerator<Uint8Array> {
  if (place.sizeBytes === 0) return;
  yield* createReadStream(path, {
    start: place.offset,
    end: place.offset + place.sizeBytes - 1,
    highWaterMark: READ_BYTES,
  });
}

async function openPlain(path: string, file: FileHandle): Promise<FileSet> {
  const { places, problems } = await indexTar(file);
  await file.close();
  return {
    problems,
    has: (name) => places.has(name),
    names: () => places.keys(),
    async read(name, maxBytes) {
      const place = places.get(name);
      if (!place) return undefined;
      if (place.sizeBytes > maxBytes) throw tooLarge(name, place.sizeBytes, maxBytes);
      const chunks: Uint8Array[] = [];
      for await (const chunk of bytesOf(path, place)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    open(name) {
      const place = places.get(name);
      if (!place) throw new AppError('not-found', `cannot read ${name}: the archive does not hold it`);
      return bytesOf(path, place);
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** A tar archive, plain, gzipped or packed with zstd. Throws `unusable-input` when the file is neither. */
export async function openArchive(path: string): Promise<FileSet> {
  const file = await open(path, 'r');
  const head = Buffer.alloc(16);
  const { bytesRead } = await file.read(head, 0, 16, 0);
  if (bytesRead === 0) {
    await file.close();
    throw new AppError('unusable-input', `cannot scan ${path}: the file is empty`);
  }
  const packing = sniffCompression(head);
  if (packing === 'none') return openPlain(path, file);
  await file.close();
  return openPacked(path, packing);
}

/** Names inside archives are looked up in this form. */
export const archiveName = normalizePath;
