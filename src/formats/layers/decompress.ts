import {
  crc32,
  createInflateRaw,
  createZstdDecompress,
  type InflateRaw,
  inflateRawSync,
  type ZstdDecompress,
} from 'node:zlib';
import type { Compression } from '#formats/oci/media-types.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import { ByteQueue } from './byte-queue.ts';
import { gzipHeaderBytes } from './gzip-header.ts';

const CHUNK_BYTES = 256 * 1024;
/** What is lost before damage is at most one chunk: a second reading uses small ones. */
const CAREFUL_CHUNK_BYTES = 1024;
const MAX_GZIP_HEADER_BYTES = 128 * 1024;
/** Members up to this size are unpacked in one call: some layers hold one for each file. */
const SMALL_MEMBER_BYTES = 64 * 1024;

export interface Decompressed {
  /** Called with each piece of plain bytes; a view that is valid only until it returns. May throw to stop the reading. */
  onBytes(bytes: Uint8Array): void | Promise<void>;
  /** Called with each piece as it came. */
  onCompressed(bytes: Uint8Array): void;
}

/** What was left over or broke; the bytes before it were delivered. */
export interface DecompressionEnd {
  readonly compression: Compression;
  readonly trailingBytes: number;
  readonly damage: string | null;
}

/** What the bytes themselves say; media types of layers are sometimes wrong. */
export function sniffCompression(head: Uint8Array): Compression {
  const [a, b, c, d] = head;
  if (a === 0x1f && b === 0x8b) return 'gzip';
  const isFrame = a === 0x28 && b === 0xb5;
  const isSkippable = a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d;
  return (isFrame && c === 0x2f && d === 0xfd) || (isSkippable && d === 0x18) ? 'zstd' : 'none';
}

/**
 * Streams compressed bytes through to plain ones: gzip with several members (RFC 1952), zstd with several frames
 * (RFC 8878), or plain. Reads to the last byte of the source, so that its digest is known even when the middle is damaged;
 * damaged bytes are read a second time, as far as they go. Throws what the source or the receiver throws.
 */
export async function decompress(open: () => AsyncIterable<Uint8Array>, out: Decompressed): Promise<DecompressionEnd> {
  let delivered = 0;
  const end = await readOnce(open(), CHUNK_BYTES, {
    onCompressed: (bytes) => out.onCompressed(bytes),
    onBytes(bytes) {
      delivered += bytes.length;
      return out.onBytes(bytes);
    },
  });
  if (end.damage === null) return end;
  let skipped = 0;
  await readOnce(open(), CAREFUL_CHUNK_BYTES, {
    onCompressed() {},
    onBytes(bytes) {
      const known = Math.min(bytes.length, delivered - skipped);
      skipped += known;
      return out.onBytes(bytes.subarray(known));
    },
  });
  return end;
}

async function readOnce(
  source: AsyncIterable<Uint8Array>,
  chunkBytes: number,
  out: Decompressed,
): Promise<DecompressionEnd> {
  const queue = new ByteQueue(source, out.onCompressed);
  try {
    const compression = sniffCompression(await queue.peek(4));
    const damage = await readers[compression](queue, chunkBytes, out.onBytes);
    const trailingBytes = await queue.drain();
    return { compression, trailingBytes: damage === null ? trailingBytes : 0, damage };
  } finally {
    await queue.close();
  }
}

type OnBytes = Decompressed['onBytes'];

/** Gives back what was damaged; where it stops before the end of the bytes, the rest is left in the queue. */
type Reader = (queue: ByteQueue, chunkBytes: number, onBytes: OnBytes) => Promise<string | null>;

const readers: Readonly<Record<Compression, Reader>> = { none: readPlain, gzip: readGzip, zstd: readZstd };

async function readPlain(queue: ByteQueue, _: number, onBytes: OnBytes): Promise<null> {
  for (let piece = await queue.take(); piece; piece = await queue.take()) await onBytes(piece);
  return null;
}

async function readZstd(queue: ByteQueue, chunkBytes: number, onBytes: OnBytes): Promise<string | null> {
  return (await pump(queue, createZstdDecompress({ chunkSize: chunkBytes }), onBytes)).damage;
}

async function readGzip(queue: ByteQueue, chunkBytes: number, onBytes: OnBytes): Promise<string | null> {
  for (let member = 0, bytes = Number.MAX_SAFE_INTEGER; ; member += 1) {
    const header = await gzipHeader(queue);
    if (header === undefined) return member === 0 ? 'the gzip header is damaged' : null;
    queue.skip(header);
    let crc = 0;
    let sizeBytes = 0;
    const count = (piece: Uint8Array) => {
      crc = crc32(piece, crc);
      sizeBytes += piece.length;
      return onBytes(piece);
    };
    const small = bytes <= SMALL_MEMBER_BYTES ? await readSmallMember(queue, count) : undefined;
    const end = small ?? (await pump(queue, createInflateRaw({ chunkSize: chunkBytes }), count));
    if (end.damage !== null) return end.damage;
    bytes = end.bytesRead;
    const trailer = await queue.peek(8);
    if (trailer.length < 8) return 'unexpected end of file';
    const view = new DataView(trailer.buffer, trailer.byteOffset, 8);
    if (view.getUint32(0, true) !== crc || view.getUint32(4, true) !== sizeBytes % 2 ** 32)
      return 'the checksum of the gzip data is wrong';
    queue.skip(8);
  }
}

async function gzipHeader(queue: ByteQueue): Promise<number | undefined> {
  for (let wanted = 18; ; wanted *= 2) {
    const bytes = await queue.peek(wanted);
    const length = gzipHeaderBytes(bytes);
    if (typeof length === 'number') return length;
    if (length === 'none' || bytes.length < wanted || wanted > MAX_GZIP_HEADER_BYTES) return undefined;
  }
}

interface PumpEnd {
  readonly damage: string | null;
  readonly bytesRead: number;
}

/** Undefined when the member is not small, or damaged: the stream then says where. */
async function readSmallMember(queue: ByteQueue, onBytes: OnBytes): Promise<PumpEnd | undefined> {
  const bytes = await queue.peek(SMALL_MEMBER_BYTES);
  const window = bytes.subarray(0, SMALL_MEMBER_BYTES);
  let result: { buffer: Uint8Array; engine: { bytesWritten: number } };
  try {
    const options = { info: true, maxOutputLength: 16 * SMALL_MEMBER_BYTES };
    result = inflateRawSync(window, options) as unknown as typeof result; // `info` changes what is returned
  } catch {
    return undefined;
  }
  queue.skip(result.engine.bytesWritten);
  await onBytes(result.buffer);
  return { damage: null, bytesRead: result.engine.bytesWritten };
}

/** Feeds the engine until its data end or break; what it did not use goes back into the queue. */
async function pump(queue: ByteQueue, engine: InflateRaw | ZstdDecompress, onBytes: OnBytes): Promise<PumpEnd> {
  let ended: { readonly damage: string | null; readonly failure?: unknown } | undefined;
  engine.on('error', () => undefined); // the loop that drains it sees it
  const done = drain(engine, onBytes).then((end) => {
    ended = end;
  });
  const given = createGiven();
  while (!ended) {
    const piece = await queue.take();
    if (!piece) {
      engine.end();
      break;
    }
    given.add(piece, engine.bytesWritten);
    await Promise.race([new Promise((taken) => engine.write(piece, taken)), done]);
  }
  await done;
  const { bytesWritten } = engine;
  engine.destroy();
  if (ended && 'failure' in ended) throw ended.failure;
  queue.unread(given.after(bytesWritten));
  return { damage: ended?.damage ?? null, bytesRead: bytesWritten };
}

/** The last pieces that an engine was given: it may notice its end only when it has more than it needs. */
function createGiven() {
  const pieces: { readonly piece: Uint8Array; readonly end: number }[] = [];
  let total = 0;
  return {
    add(piece: Uint8Array, used: number): void {
      total += piece.length;
      pieces.push({ piece, end: total });
      while (pieces[0] && pieces[0].end <= used) pieces.shift();
    },
    after: (used: number): Uint8Array =>
      Buffer.concat(
        pieces.map(({ piece, end }) => piece.subarray(Math.max(0, piece.length - Math.max(0, end - used)))),
      ),
  };
}

async function drain(
  engine: InflateRaw | ZstdDecompress,
  onBytes: OnBytes,
): Promise<{ damage: string | null; failure?: unknown }> {
  const pieces = engine[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  for (;;) {
    let piece: Uint8Array;
    try {
      const next = await pieces.next();
      if (next.done) return { damage: null };
      piece = next.value;
    } catch (error) {
      return error instanceof AppError ? { damage: null, failure: error } : { damage: messageOf(error) };
    }
    try {
      await onBytes(piece);
    } catch (failure) {
      engine.destroy();
      return { damage: null, failure };
    }
  }
}
