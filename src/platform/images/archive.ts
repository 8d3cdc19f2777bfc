import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { normalizePath, sniffCompression, TarReader } from '#formats/layers/index.ts';
import { AppError } from '#kernel/errors.ts';
import type { Problem } from '#model/problem.ts';
import type { FileSet } from './image-source.ts';
import { indexTar, type TarPlace } from './tar-index.ts';

const READ_BYTES = 1024 * 1024;
const SMALL_BYTES = 8 * 1024 * 1024;
const MAX_SMALL_TOTAL = 256 * 1024 * 1024;

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

/** Every entry's pieces in the order of a gzipped archive; nothing of it is kept. */
async function walkGzip(
  path: string,
  onPiece: (name: string, piece: Uint8Array | null) => boolean,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  let name = '';
  let goesOn = true;
  const tar = new TarReader({
    begin(header) {
      name = header.kind === 'file' ? header.path : '';
      if (name) goesOn &&= onPiece(name, null);
    },
    data(bytes) {
      if (name) goesOn &&= onPiece(name, bytes);
    },
    end() {},
    problem: (code, message, at) =>
      problems.push({
        code: code === 'layer-damaged' ? 'archive-damaged' : code,
        message,
        path: at || null,
        layer: null,
      }),
  });
  const source = createReadStream(path, { highWaterMark: READ_BYTES });
  const gunzip = source.pipe(createGunzip({ chunkSize: 256 * 1024 }));
  source.on('error', (error) => gunzip.destroy(error));
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      tar.push(chunk);
      if (!goesOn) break;
    }
    if (goesOn) tar.finish();
  } catch (error) {
    problems.push({
      code: 'archive-damaged',
      message: `the archive was read only as far as it could be decompressed: ${(error as Error).message}`,
      path: null,
      layer: null,
    });
  } finally {
    source.destroy();
  }
  return problems;
}

async function* streamFromGzip(path: string, name: string): AsyncGenerator<Uint8Array> {
  const source = createReadStream(path, { highWaterMark: READ_BYTES });
  const gunzip = source.pipe(createGunzip({ chunkSize: 256 * 1024 }));
  source.on('error', (error) => gunzip.destroy(error));
  const pieces: Uint8Array[] = [];
  let current = '';
  let isDone = false;
  const tar = new TarReader({
    begin: (header) => {
      if (current === name) isDone = true;
      current = header.kind === 'file' ? header.path : '';
    },
    data: (bytes) => {
      if (current === name && !isDone) pieces.push(bytes.slice());
    },
    end() {},
    problem() {},
  });
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      tar.push(chunk);
      yield* pieces.splice(0);
      if (isDone) return;
    }
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

async function openGzip(path: string): Promise<FileSet> {
  const small = new Map<string, Uint8Array[]>();
  const sizes = new Map<string, number>();
  let kept = 0;
  const problems = await walkGzip(path, (name, piece) => {
    if (piece === null) {
      sizes.set(name, 0);
      small.set(name, []);
      return true;
    }
    const sizeBytes = (sizes.get(name) ?? 0) + piece.length;
    sizes.set(name, sizeBytes);
    const chunks = small.get(name);
    if (!chunks) return true;
    if (sizeBytes > SMALL_BYTES || kept + piece.length > MAX_SMALL_TOTAL) {
      for (const chunk of chunks) kept -= chunk.length;
      small.delete(name);
    } else {
      chunks.push(piece.slice());
      kept += piece.length;
    }
    return true;
  });
  return {
    problems,
    has: (name) => sizes.has(name),
    async read(name, maxBytes) {
      const sizeBytes = sizes.get(name);
      if (sizeBytes === undefined) return undefined;
      const chunks = small.get(name);
      if (!chunks || sizeBytes > maxBytes) throw tooLarge(name, sizeBytes, maxBytes);
      return Buffer.concat(chunks);
    },
    async *open(name) {
      const chunks = small.get(name);
      if (chunks) yield* chunks;
      else if (sizes.has(name)) yield* streamFromGzip(path, name);
      else throw new AppError('not-found', `cannot read ${name}: the archive does not hold it`);
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** A tar archive, plain or gzipped. Throws `unusable-input` when the file is neither. */
export async function openArchive(path: string): Promise<FileSet> {
  const file = await open(path, 'r');
  const head = Buffer.alloc(16);
  const { bytesRead } = await file.read(head, 0, 16, 0);
  if (bytesRead === 0) {
    await file.close();
    throw new AppError('unusable-input', `cannot scan ${path}: the file is empty`);
  }
  if (sniffCompression(head) !== 'gzip') return openPlain(path, file);
  await file.close();
  return openGzip(path);
}

/** Names inside archives are looked up in this form. */
export const archiveName = normalizePath;
