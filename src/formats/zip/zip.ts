import { crc32, inflateRawSync, constants as zlib } from 'node:zlib';
import { AppError, messageOf } from '#kernel/errors.ts';
import { findCentralDirectory, scanLocalHeaders } from './directory.ts';

/** Zip archives held in memory, read as far as they go. Format: PKWARE APPNOTE.TXT 6.3.10. */
export interface ZipEntry {
  readonly name: string;
  /** As the archive claims it. */
  readonly sizeBytes: number;
  /**
   * The decompressed bytes. What is broken (a checksum, a stream cut short, encryption) is told to `damage` and the
   * readable part is returned; more than `maxBytes` throws `limit-reached`.
   */
  read(maxBytes: number): Uint8Array;
}

/** Where one entry lies, however it was found. */
export interface ZipRecord {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  /** Of the entry's local header, in the array. */
  readonly headerAt: number;
}

export type Damage = (message: string) => void;

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const METHOD_STORED = 0;
const METHOD_DEFLATED = 8;
const FLAG_ENCRYPTED = 0x1;

/** Whether the bytes look like a zip archive at all, a script in front of it included. */
export function isZip(bytes: Uint8Array): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length >= 4 && buffer.readUInt32LE(0) === LOCAL_HEADER) return true;
  return findCentralDirectory(buffer, () => {}, 0) !== undefined;
}

/**
 * The entries in the order of the central directory; where that is lost, in the order of their local headers.
 * Never throws; more than `maxEntries` is told to `damage` and left out.
 */
export function readZip(bytes: Uint8Array, damage: Damage, maxEntries = 500_000): ZipEntry[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let records = findCentralDirectory(buffer, damage, maxEntries);
  if (records === undefined) {
    damage('its directory is lost; what its entries say themselves was read');
    records = scanLocalHeaders(buffer, damage, maxEntries);
  }
  return records.map((record) => ({
    name: record.name,
    sizeBytes: record.sizeBytes,
    read: (maxBytes) => readEntry(buffer, record, damage, maxBytes),
  }));
}

function readEntry(buffer: Buffer, record: ZipRecord, damage: Damage, maxBytes: number): Uint8Array {
  const fail = (reason: string) => {
    damage(`the entry "${record.name.slice(0, 200)}" ${reason}`);
    return new Uint8Array(0);
  };
  const at = record.headerAt;
  if (at < 0 || at + LOCAL_HEADER_BYTES > buffer.length || buffer.readUInt32LE(at) !== LOCAL_HEADER) {
    return fail('has no header');
  }
  if ((record.flags & FLAG_ENCRYPTED) !== 0) return fail('is encrypted');
  const start = at + LOCAL_HEADER_BYTES + buffer.readUInt16LE(at + 26) + buffer.readUInt16LE(at + 28);
  const compressed = buffer.subarray(start, start + record.compressedBytes);
  if (compressed.length < record.compressedBytes) fail('is cut short');
  if (record.method === METHOD_STORED) {
    if (compressed.length > maxBytes) throw tooLarge(record, maxBytes);
    return checked(compressed, record, fail);
  }
  if (record.method !== METHOD_DEFLATED) return fail(`has the unknown compression method ${record.method}`);
  return checked(inflate(compressed, record, maxBytes, fail), record, fail);
}

function inflate(compressed: Buffer, record: ZipRecord, maxBytes: number, fail: (reason: string) => void): Buffer {
  try {
    // A flush in place of an end gives the readable part of a stream that is cut short.
    return inflateRawSync(compressed, { maxOutputLength: Math.max(maxBytes, 1), finishFlush: zlib.Z_SYNC_FLUSH });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(record, maxBytes);
    fail(`cannot be decompressed (${messageOf(error)})`);
    return Buffer.alloc(0);
  }
}

function checked(bytes: Buffer, record: ZipRecord, fail: (reason: string) => void): Buffer {
  if (crc32(bytes) !== record.crc) fail('has a wrong checksum');
  return bytes;
}

function tooLarge(record: ZipRecord, maxBytes: number): AppError {
  const name = record.name.slice(0, 200);
  return new AppError('limit-reached', `cannot read "${name}": it is larger than the limit of ${maxBytes} bytes`);
}
