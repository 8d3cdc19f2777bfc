import { type FileHandle, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { AppError, messageOf } from '#kernel/errors.ts';
import { findDirectory, parseDirectory, TAIL_BYTES, type ZipEntry } from './zip-directory.ts';

/** One JSON file of an archive, or what kept it from being read. */
export type ZipRecord =
  | { readonly kind: 'record'; readonly name: string; readonly bytes: Buffer }
  | { readonly kind: 'damaged'; readonly name: string; readonly reason: string };

const MAX_ENTRIES = 5_000_000;
const MAX_TOTAL_BYTES = 32 * 1024 ** 3;
const MAX_RECORD_BYTES = 64 * 1024 * 1024;
const BATCH_BYTES = 2 * 1024 * 1024;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip);

/**
 * The JSON files of a zip, many at a time: they are small and many, so that a call for each would cost more than
 * inflating them. While one batch is used the next are inflated by other threads. Memory is bounded by the batches.
 * Throws `unusable-input` when the archive as a whole cannot be read.
 */
export async function* readZipRecords(path: string): AsyncGenerator<readonly ZipRecord[]> {
  const file = await open(path);
  try {
    const pending: Promise<readonly ZipRecord[]>[] = [];
    for (const batch of batchesOf(await readDirectory(file))) {
      const reading = readBatch(file, batch);
      // A failure is thrown where the batch is awaited; until then nobody listens.
      reading.catch(() => undefined);
      pending.push(reading);
      if (pending.length >= 4) yield (await pending.shift()) ?? [];
    }
    for (const batch of pending) yield await batch;
  } finally {
    await file.close();
  }
}

async function readDirectory(file: FileHandle): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tail = await readRange(file, Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES));
  const location = findDirectory(tail, size);
  if (location.entries > MAX_ENTRIES) {
    throw new AppError('limit-reached', `cannot read the zip archive: it has more than ${MAX_ENTRIES} files`);
  }
  const directory = await readRange(file, location.offset, location.sizeBytes);
  const entries = parseDirectory(directory, location.entries).filter((entry) => entry.name.endsWith('.json'));
  let totalBytes = 0;
  for (const entry of entries) totalBytes += entry.sizeBytes;
  if (totalBytes > MAX_TOTAL_BYTES) {
    throw new AppError('limit-reached', `cannot read the zip archive: its files exceed ${MAX_TOTAL_BYTES} bytes`);
  }
  return entries;
}

async function readRange(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  return bytesRead === length ? bytes : bytes.subarray(0, bytesRead);
}

/** Neighbours in the file, together not much more than a batch may be. */
function* batchesOf(entries: readonly ZipEntry[]): Generator<ZipEntry[]> {
  let batch: ZipEntry[] = [];
  let start = 0;
  let sizeBytes = 0;
  for (const entry of entries) {
    const spanBytes = entry.headerOffset + entry.compressedBytes - start;
    if (batch.length > 0 && (sizeBytes + entry.sizeBytes > BATCH_BYTES || spanBytes > BATCH_BYTES)) {
      yield batch;
      batch = [];
    }
    if (batch.length === 0) {
      start = entry.headerOffset;
      sizeBytes = 0;
    }
    batch.push(entry);
    sizeBytes += entry.sizeBytes;
  }
  if (batch.length > 0) yield batch;
}

interface Packed {
  readonly entry: ZipEntry;
  readonly data: Buffer;
}

async function readBatch(file: FileHandle, batch: readonly ZipEntry[]): Promise<readonly ZipRecord[]> {
  const records: ZipRecord[] = [];
  const readable: ZipEntry[] = [];
  for (const entry of batch) {
    const reason = refusalOf(entry);
    if (reason) records.push({ kind: 'damaged', name: entry.name, reason });
    else readable.push(entry);
  }
  const packed: Packed[] = [];
  const bytes = await readSpan(file, readable);
  for (const entry of readable) {
    const data = findData(bytes, entry, readable[0]?.headerOffset ?? 0);
    if (data) packed.push({ entry, data });
    else records.push({ kind: 'damaged', name: entry.name, reason: 'its data is missing' });
  }
  return records.concat(await inflateAll(packed));
}

function refusalOf(entry: ZipEntry): string | undefined {
  if (entry.method !== STORED && entry.method !== DEFLATED) return 'it is encrypted or packed in an unknown way';
  if (entry.sizeBytes > MAX_RECORD_BYTES || entry.compressedBytes > MAX_RECORD_BYTES) {
    return `it is larger than ${MAX_RECORD_BYTES} bytes`;
  }
  return undefined;
}

/** From the first header to the end of the last data; local headers may be longer than those of the directory. */
function readSpan(file: FileHandle, entries: readonly ZipEntry[]): Promise<Buffer> {
  const [first] = entries;
  const last = entries.at(-1);
  if (!first || !last) return Promise.resolve(Buffer.alloc(0));
  const slackBytes = LOCAL_HEADER_BYTES + 2 * 0xffff;
  const length = last.headerOffset + last.compressedBytes + slackBytes - first.headerOffset;
  return readRange(file, first.headerOffset, length);
}

function findData(bytes: Buffer, entry: ZipEntry, spanOffset: number): Buffer | undefined {
  const header = entry.headerOffset - spanOffset;
  if (header + LOCAL_HEADER_BYTES > bytes.length || bytes.readUInt32LE(header) !== LOCAL_HEADER) return undefined;
  const start = header + LOCAL_HEADER_BYTES + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  const end = start + entry.compressedBytes;
  return end <= bytes.length ? bytes.subarray(start, end) : undefined;
}

/** All at once as members of one gzip stream; when that fails, one by one to find the damaged ones. */
async function inflateAll(packed: readonly Packed[]): Promise<ZipRecord[]> {
  const sizeBytes = packed.reduce((sum, { entry }) => sum + entry.sizeBytes, 0);
  if (packed.length === 0) return [];
  try {
    const members = packed.flatMap(toGzipMember);
    const bytes = await gunzip(Buffer.concat(members), {
      chunkSize: Math.max(64, sizeBytes + 1),
      maxOutputLength: sizeBytes || 1,
    });
    if (bytes.length !== sizeBytes) throw new AppError('unusable-input', 'its size is not what the directory says');
    let start = 0;
    return packed.map(({ entry }) => {
      const record = {
        kind: 'record',
        name: entry.name,
        bytes: bytes.subarray(start, start + entry.sizeBytes),
      } as const;
      start += entry.sizeBytes;
      return record;
    });
  } catch (error) {
    if (packed.length > 1) return (await Promise.all(packed.map((item) => inflateAll([item])))).flat();
    return packed.map(({ entry }) => ({ kind: 'damaged', name: entry.name, reason: messageOf(error) }));
  }
}

/** RFC 1952: a header without anything, the same deflate data, then checksum and size, which are checked for us. */
function toGzipMember({ entry, data }: Packed): Buffer[] {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
  const trailer = Buffer.allocUnsafe(8);
  trailer.writeUInt32LE(entry.crc32, 0);
  trailer.writeUInt32LE(entry.sizeBytes % 2 ** 32, 4);
  return entry.method === STORED ? [header, toStoredBlocks(data), trailer] : [header, data, trailer];
}

/** RFC 1951, section 3.2.4: bytes as they are, in blocks of at most 65,535. */
function toStoredBlocks(data: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let start = 0; start === 0 || start < data.length; start += 0xffff) {
    const block = data.subarray(start, start + 0xffff);
    const head = Buffer.allocUnsafe(5);
    head.writeUInt8(start + 0xffff >= data.length ? 1 : 0, 0);
    head.writeUInt16LE(block.length, 1);
    head.writeUInt16LE(0xffff - block.length, 3);
    blocks.push(head, block);
  }
  return Buffer.concat(blocks);
}
