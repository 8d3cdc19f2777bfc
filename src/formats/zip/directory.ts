import type { Damage, ZipRecord } from './zip.ts';

const END = 0x06054b50;
const END_BYTES = 22;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const LOCATOR_64_BYTES = 20;
const CENTRAL_HEADER = 0x02014b50;
const CENTRAL_HEADER_BYTES = 46;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const DESCRIPTOR = Buffer.from([0x50, 0x4b, 7, 8]);
const FLAG_DESCRIPTOR = 0x8;
const MAX_COMMENT_BYTES = 0xffff;
const EXTRA_64 = 1;
const FULL_32 = 0xffffffff;

interface Directory {
  readonly start: number;
  readonly end: number;
  readonly count: number;
  /** What lies before the archive, such as a start script: stored offsets do not count it. */
  readonly prefixBytes: number;
}

/** The central directory's records, or undefined when there is none where the archive's end says. */
export function findCentralDirectory(buffer: Buffer, damage: Damage, maxEntries: number): ZipRecord[] | undefined {
  const directory = locateDirectory(buffer);
  if (directory === undefined) return undefined;
  const records: ZipRecord[] = [];
  let at = directory.start;
  while (at + CENTRAL_HEADER_BYTES <= directory.end && buffer.readUInt32LE(at) === CENTRAL_HEADER) {
    if (records.length >= maxEntries) {
      damage(`it has more than ${maxEntries} entries; the rest was not read`);
      return records;
    }
    const record = readCentralHeader(buffer, at, directory.prefixBytes);
    records.push(record.record);
    at = record.next;
  }
  if (records.length !== directory.count) damage(`its directory has ${records.length} of ${directory.count} entries`);
  return records;
}

function locateDirectory(buffer: Buffer): Directory | undefined {
  const endAt = findEnd(buffer);
  if (endAt === undefined) return undefined;
  let count = buffer.readUInt16LE(endAt + 10);
  let sizeBytes = buffer.readUInt32LE(endAt + 12);
  let offset = buffer.readUInt32LE(endAt + 16);
  let end = endAt;
  const end64At = findEnd64(buffer, endAt);
  if (end64At !== undefined) {
    count = Number(buffer.readBigUInt64LE(end64At + 32));
    sizeBytes = Number(buffer.readBigUInt64LE(end64At + 40));
    offset = Number(buffer.readBigUInt64LE(end64At + 48));
    end = end64At;
  }
  const start = end - sizeBytes;
  const prefixBytes = start - offset;
  if (start < 0 || prefixBytes < 0) return undefined;
  if (count > 0 && (start + 4 > end || buffer.readUInt32LE(start) !== CENTRAL_HEADER)) return undefined;
  return { start, end, count, prefixBytes };
}

/** The last end record whose comment fits into the file. */
function findEnd(buffer: Buffer): number | undefined {
  const first = Math.max(0, buffer.length - END_BYTES - MAX_COMMENT_BYTES);
  for (let at = buffer.length - END_BYTES; at >= first; at -= 1) {
    if (buffer[at] !== 0x50 || buffer.readUInt32LE(at) !== END) continue;
    if (at + END_BYTES + buffer.readUInt16LE(at + 20) <= buffer.length) return at;
  }
  return undefined;
}

function findEnd64(buffer: Buffer, endAt: number): number | undefined {
  const locatorAt = endAt - LOCATOR_64_BYTES;
  if (locatorAt < 0 || buffer.readUInt32LE(locatorAt) !== LOCATOR_64) return undefined;
  // The locator's offset does not count a prefix, so the record is looked for right before the locator as well.
  for (const at of [Number(buffer.readBigUInt64LE(locatorAt + 8)), locatorAt - 56]) {
    if (at >= 0 && at + 56 <= locatorAt && buffer.readUInt32LE(at) === END_64) return at;
  }
  return undefined;
}

function readCentralHeader(buffer: Buffer, at: number, prefixBytes: number): { record: ZipRecord; next: number } {
  const nameEnd = at + CENTRAL_HEADER_BYTES + buffer.readUInt16LE(at + 28);
  const extraEnd = nameEnd + buffer.readUInt16LE(at + 30);
  const sizes = read64(buffer.subarray(nameEnd, extraEnd), [
    buffer.readUInt32LE(at + 24),
    buffer.readUInt32LE(at + 20),
    buffer.readUInt32LE(at + 42),
  ]);
  const [sizeBytes = 0, compressedBytes = 0, offset = 0] = sizes;
  const record = {
    name: buffer.toString('utf8', at + CENTRAL_HEADER_BYTES, nameEnd),
    flags: buffer.readUInt16LE(at + 8),
    method: buffer.readUInt16LE(at + 10),
    crc: buffer.readUInt32LE(at + 16),
    compressedBytes,
    sizeBytes,
    headerAt: offset + prefixBytes,
  };
  return { record, next: extraEnd + buffer.readUInt16LE(at + 32) };
}

/** The zip64 field holds, in order, only those values that did not fit into 32 bits. */
function read64(extra: Buffer, values: readonly number[]): readonly number[] {
  if (!values.includes(FULL_32)) return values;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== EXTRA_64) continue;
    let next = at + 4;
    return values.map((value) => {
      if (value !== FULL_32 || next + 8 > extra.length) return value;
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    });
  }
  return values;
}

/** For archives without a directory: each entry says where the next one begins, until one does not. */
export function scanLocalHeaders(buffer: Buffer, damage: Damage, maxEntries: number): ZipRecord[] {
  const records: ZipRecord[] = [];
  let at = Math.max(0, buffer.indexOf('PK\x03\x04', 0, 'latin1'));
  while (at + LOCAL_HEADER_BYTES <= buffer.length && buffer.readUInt32LE(at) === LOCAL_HEADER) {
    if (records.length >= maxEntries) {
      damage(`it has more than ${maxEntries} entries; the rest was not read`);
      break;
    }
    const nameEnd = at + LOCAL_HEADER_BYTES + buffer.readUInt16LE(at + 26);
    const start = nameEnd + buffer.readUInt16LE(at + 28);
    const found = {
      name: buffer.toString('utf8', at + LOCAL_HEADER_BYTES, nameEnd),
      flags: buffer.readUInt16LE(at + 6),
      method: buffer.readUInt16LE(at + 8),
      headerAt: at,
    };
    if ((found.flags & FLAG_DESCRIPTOR) === 0) {
      const [sizeBytes = 0, compressedBytes = 0] = read64(buffer.subarray(nameEnd, start), [
        buffer.readUInt32LE(at + 22),
        buffer.readUInt32LE(at + 18),
      ]);
      records.push({ ...found, crc: buffer.readUInt32LE(at + 14), compressedBytes, sizeBytes });
      at = start + compressedBytes;
      continue;
    }
    const descriptor = findDescriptor(buffer, start);
    if (descriptor === undefined) {
      damage(`the entry "${found.name.slice(0, 200)}" has no end`);
      records.push({ ...found, crc: 0, compressedBytes: Math.max(0, buffer.length - start), sizeBytes: 0 });
      break;
    }
    records.push({ ...found, ...descriptor.fields });
    at = descriptor.next;
  }
  return records;
}

/** Sizes that follow the data are recognised by their signature and by a size that fits the distance. */
function findDescriptor(
  buffer: Buffer,
  start: number,
): { fields: Pick<ZipRecord, 'crc' | 'compressedBytes' | 'sizeBytes'>; next: number } | undefined {
  for (let at = buffer.indexOf(DESCRIPTOR, start); at >= 0; at = buffer.indexOf(DESCRIPTOR, at + 1)) {
    if (at + 16 > buffer.length) return undefined;
    const compressedBytes = buffer.readUInt32LE(at + 8);
    if (compressedBytes !== at - start) continue;
    const fields = { crc: buffer.readUInt32LE(at + 4), compressedBytes, sizeBytes: buffer.readUInt32LE(at + 12) };
    return { fields, next: at + 16 };
  }
  return undefined;
}
