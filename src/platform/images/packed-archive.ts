import { createReadStream } from 'node:fs';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { TarReader } from '#formats/layers/index.ts';
import type { Compression } from '#formats/oci/media-types.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Problem } from '#model/problem.ts';
import type { FileSet } from './image-source.ts';
import { linkedPath } from './tar-index.ts';

const READ_BYTES = 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;
/** Files up to this size are kept from the first reading: manifests, configurations, small layers. */
const SMALL_BYTES = 1024 * 1024;
const MAX_SMALL_TOTAL = 32 * 1024 * 1024;
const MAX_ENTRIES = 200_000;
const MAX_UNPACKED_BYTES = 256 * 1024 ** 3;
const MAX_RATIO = 1_000;
const RATIO_COUNTS_FROM = 64 * 1024 ** 2;

type Packing = Exclude<Compression, 'none'>;

/** A piece of the archive's n-th file; empty at its beginning. */
interface Piece {
  readonly file: number;
  readonly bytes: Uint8Array;
}

interface Reading {
  readonly packing: Packing;
  readonly onEntry?: (path: string, link: string | undefined) => void;
  readonly onProblem?: (code: string, message: string, path: string) => void;
}

/** The archive's files, piece by piece, from its beginning; damage ends it, and is told. */
async function* piecesOf(path: string, { packing, onEntry, onProblem }: Reading): AsyncGenerator<Piece> {
  const pieces: Piece[] = [];
  let file = -1;
  let isFile = false;
  const tar = new TarReader({
    begin(header) {
      isFile = header.kind === 'file';
      if (isFile) {
        file += 1;
        pieces.push({ file, bytes: new Uint8Array() });
        onEntry?.(header.path, undefined);
      } else if (header.kind === 'symlink' || header.kind === 'hardlink')
        onEntry?.(header.path, linkedPath(header.path, header.linkTarget, header.kind === 'hardlink'));
    },
    data(bytes) {
      if (isFile) pieces.push({ file, bytes });
    },
    end() {},
    problem: (code, message, at) => onProblem?.(code === 'layer-damaged' ? 'archive-damaged' : code, message, at),
  });
  const source = createReadStream(path, { highWaterMark: READ_BYTES });
  const options = { chunkSize: CHUNK_BYTES };
  const unpacked = source.pipe(packing === 'gzip' ? createGunzip(options) : createZstdDecompress(options));
  source.on('error', (error) => unpacked.destroy(error));
  let sizeBytes = 0;
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      if (
        sizeBytes > MAX_UNPACKED_BYTES ||
        (sizeBytes > RATIO_COUNTS_FROM && sizeBytes > source.bytesRead * MAX_RATIO)
      ) {
        onProblem?.(
          'limit-reached',
          `the archive was not read to its end: it unpacks to more than ${sizeBytes} bytes`,
          '',
        );
        return;
      }
      tar.push(chunk);
      yield* pieces.splice(0);
    }
    tar.finish();
  } catch (error) {
    onProblem?.('archive-damaged', `the archive was read only as far as it could be unpacked: ${messageOf(error)}`, '');
  } finally {
    source.destroy();
    unpacked.destroy();
  }
}

/** A reading that stopped after one file and can go on with a later one. */
interface Cursor {
  readonly pieces: AsyncGenerator<Piece>;
  /** The first piece of the next file, already taken. */
  next: Piece | undefined;
}

interface Contents {
  /** By path: the number of the file. */
  readonly files: ReadonlyMap<string, number>;
  readonly small: ReadonlyMap<number, readonly Uint8Array[]>;
  readonly problems: readonly Problem[];
}

async function readContents(path: string, packing: Packing): Promise<Contents> {
  const files = new Map<string, number>();
  const links: [path: string, target: string][] = [];
  const problems: Problem[] = [];
  const small = new Map<number, Uint8Array[]>();
  const sizes = { current: 0, kept: 0 };
  let entries = 0;
  const reading: Reading = {
    packing,
    onProblem: (code, message, at) => problems.push({ code, message, path: at || null, layer: null }),
    onEntry(name, link) {
      entries += 1;
      if (link === undefined) files.set(name, entries - 1 - links.length);
      else links.push([name, link]);
    },
  };
  for await (const { file, bytes } of piecesOf(path, reading)) {
    if (entries > MAX_ENTRIES) {
      reading.onProblem?.('limit-reached', `the archive holds more than ${MAX_ENTRIES} entries`, '');
      break;
    }
    if (bytes.length === 0) {
      small.set(file, []);
      sizes.current = 0;
    }
    const chunks = small.get(file);
    if (!chunks) continue;
    sizes.current += bytes.length;
    if (sizes.current > SMALL_BYTES || sizes.kept + sizes.current > MAX_SMALL_TOTAL) small.delete(file);
    else chunks.push(bytes.slice());
    if (!small.has(file)) sizes.kept -= sizes.current - bytes.length;
    else sizes.kept += bytes.length;
  }
  for (const [name, target] of links) {
    const file = files.get(target);
    if (file !== undefined && !files.has(name)) files.set(name, file);
  }
  return { files, small, problems };
}

/**
 * A gzipped or zstd-packed tar archive. Nothing of it is unpacked to disk and little is held: a file is reached by
 * unpacking again what lies before it, unless a reading that stopped before it can go on.
 */
export async function openPacked(path: string, packing: Packing): Promise<FileSet> {
  const { files, small, problems } = await readContents(path, packing);
  const idle: Cursor[] = [];

  function takeCursor(file: number): Cursor {
    const usable = idle.filter(({ next }) => next !== undefined && next.file <= file);
    const nearest = usable.sort((a, b) => (b.next?.file ?? 0) - (a.next?.file ?? 0))[0];
    if (!nearest) return { pieces: piecesOf(path, { packing }), next: undefined };
    idle.splice(idle.indexOf(nearest), 1);
    return nearest;
  }

  async function* stream(file: number): AsyncGenerator<Uint8Array> {
    const cursor = takeCursor(file);
    let isIdle = false;
    try {
      let piece = cursor.next ?? (await cursor.pieces.next()).value;
      while (piece && piece.file <= file) {
        if (piece.file === file && piece.bytes.length > 0) yield piece.bytes;
        piece = (await cursor.pieces.next()).value;
      }
      cursor.next = piece;
      isIdle = piece !== undefined;
      if (isIdle) idle.push(cursor);
    } finally {
      if (!isIdle) await cursor.pieces.return(undefined);
    }
  }

  function open(name: string): AsyncIterable<Uint8Array> {
    const file = files.get(name);
    if (file === undefined) throw new AppError('not-found', `cannot read ${name}: the archive does not hold it`);
    const kept = small.get(file);
    return kept ? streamOf(kept) : stream(file);
  }

  return {
    problems,
    has: (name) => files.has(name),
    names: () => files.keys(),
    open,
    async read(name, maxBytes) {
      if (!files.has(name)) return undefined;
      const chunks: Uint8Array[] = [];
      let sizeBytes = 0;
      for await (const chunk of open(name)) {
        sizeBytes += chunk.length;
        if (sizeBytes > maxBytes)
          throw new AppError('limit-reached', `cannot read ${name}: it exceeds the limit of ${maxBytes} bytes`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks);
    },
    async [Symbol.asyncDispose]() {
      for (const { pieces } of idle.splice(0)) await pieces.return(undefined);
    },
  };
}

async function* streamOf(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
