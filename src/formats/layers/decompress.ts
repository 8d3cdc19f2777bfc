import { once } from 'node:events';
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import type { Compression } from '#formats/oci/media-types.ts';
import { AppError, messageOf } from '#kernel/errors.ts';

const CHUNK_BYTES = 256 * 1024;

export interface Decompressed {
  /** Called with each piece of plain bytes; a view that is valid only during the call. */
  onBytes(bytes: Uint8Array): void | Promise<void>;
  /** Called with each piece as it came. */
  onCompressed(bytes: Uint8Array): void;
}

/** What was left over or broke; the bytes before it were delivered. */
export interface DecompressionEnd {
  readonly trailingBytes: number;
  readonly damage: string | null;
}

const GZIP = [0x1f, 0x8b];
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd];

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** What the bytes themselves say; media types of layers are sometimes wrong. */
export function sniffCompression(head: Uint8Array): Compression {
  if (startsWith(head, GZIP)) return 'gzip';
  return startsWith(head, ZSTD) ? 'zstd' : 'none';
}

/**
 * Streams compressed bytes through to plain ones, gzip with several members included. Reading goes on to the last byte of
 * the source, so that its digest is known even when the middle is damaged. Throws only what the source throws.
 */
export async function decompress(source: AsyncIterable<Uint8Array>, out: Decompressed): Promise<DecompressionEnd> {
  let engine: Engine | undefined;
  let pump: Promise<PumpEnd> | undefined;
  let ended: PumpEnd | undefined;
  let total = 0;
  for await (const chunk of source) {
    out.onCompressed(chunk);
    if (total === 0 && chunk.length > 0) {
      engine = engineFor(sniffCompression(chunk));
      pump = engine && drain(engine, out);
      void pump?.then((end) => {
        ended = end;
      });
    }
    total += chunk.length;
    if (!engine) await out.onBytes(chunk);
    else if (!ended && !engine.write(chunk)) await Promise.race([once(engine, 'drain').catch(() => undefined), pump]);
    if (ended?.failure) break;
  }
  if (!engine || !pump) return { trailingBytes: 0, damage: null };
  if (!ended) engine.end();
  const end = await pump;
  if (end.failure) throw end.failure;
  return { trailingBytes: end.damage === null ? total - engine.bytesWritten : 0, damage: end.damage };
}

type Engine = Gunzip | ZstdDecompress;

interface PumpEnd {
  readonly damage: string | null;
  /** What the receiver threw: a limit was hit. */
  readonly failure?: AppError;
}

function engineFor(compression: Compression): Engine | undefined {
  if (compression === 'none') return undefined;
  const engine =
    compression === 'gzip'
      ? createGunzip({ chunkSize: CHUNK_BYTES })
      : createZstdDecompress({ chunkSize: CHUNK_BYTES });
  engine.on('error', () => undefined); // the loop that drains it sees it
  return engine;
}

async function drain(engine: Engine, out: Decompressed): Promise<PumpEnd> {
  try {
    for await (const chunk of engine as AsyncIterable<Buffer>) await out.onBytes(chunk);
    return { damage: null };
  } catch (error) {
    return error instanceof AppError ? { damage: null, failure: error } : { damage: messageOf(error) };
  }
}
