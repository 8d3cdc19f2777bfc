import { AppError } from '#kernel/errors.ts';

/** One file of a zip. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.3.12 */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  readonly headerOffset: number;
}

/** Where the central directory lies. */
export interface DirectoryLocation {
  readonly offset: number;
  readonly sizeBytes: number;
  readonly entries: number;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const END_64_LOCATOR = 0x07064b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const ENTRY_BYTES = 46;
/** The end record with the longest comment, the locator and the 64-bit end record before it. */
export const TAIL_BYTES = END_BYTES + 0xffff + LOCATOR_BYTES + 56;

/** `tail`: the last bytes of the file, up to `TAIL_BYTES`. Throws `unusable-input`. */
export function findDirectory(tail: Buffer, fileBytes: number): DirectoryLocation {
  const tailOffset = fileBytes - tail.length;
  for (let end = tail.length - END_BYTES; end >= 0; end -= 1) {
    if (tail.readUInt32LE(end) !== END || tail.readUInt16LE(end + 20) > tail.length - end - END_BYTES) continue;
    const location = findDirectory64(tail, end, tailOffset) ?? {
      entries: tail.readUInt16LE(end + 10),
      sizeBytes: tail.readUInt32LE(end + 12),
      offset: tail.readUInt32LE(end + 16),
    };
    if (location.offset + location.sizeBytes > fileBytes) throw damaged('its directory lies outside of the file');
    return location;
  }
  throw damaged('it has no end record; it may be cut off');
}

function findDirectory64(tail: Buffer, end: number, tailOffset: number): DirectoryLocation | undefined {
  const locator = end - LOCATOR_BYTES;
  if (locator < 0 || tail.readUInt32LE(locator) !== END_64_LOCATOR) return undefined;
  const record = Number(tail.readBigUInt64LE(locator + 8)) - tailOffset;
  if (record < 0 || record + 56 > locator || tail.readUInt32LE(record) !== END_64) {
    throw damaged('its 64-bit end record is missing');
  }
  return {
    entries: Number(tail.readBigUInt64LE(record + 32)),
    sizeBytes: Number(tail.readBigUInt64LE(record + 40)),
    offset: Number(tail.readBigUInt64LE(record + 48)),
  };
}

/** The entries in the order of the file. Throws `unusable-input`. */
export function parseDirectory(bytes: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let position = 0;
  while (entries.length < count) {
    if (position + ENTRY_BYTES > bytes.length || bytes.readUInt32LE(position) !== ENTRY) {
      throw damaged(`its directory ends after ${entries.length} of ${count} entries`);
    }
    const nameEnd = position + ENTRY_BYTES + bytes.readUInt16LE(position + 28);
    const extraEnd = nameEnd + bytes.readUInt16LE(position + 30);
    entries.push({
      name: bytes.toString('utf8', position + ENTRY_BYTES, nameEnd),
      method: (bytes.readUInt16LE(position + 8) & 1) === 0 ? bytes.readUInt16LE(position + 10) : -1,
      crc32: bytes.readUInt32LE(position + 16),
      ...sizesOf(bytes, position, nameEnd, extraEnd),
    });
    position = extraEnd + bytes.readUInt16LE(position + 32);
  }
  return entries.sort((a, b) => a.headerOffset - b.headerOffset);
}

type Sizes = Pick<ZipEntry, 'sizeBytes' | 'compressedBytes' | 'headerOffset'>;

/** Sizes that need more than 32 bits stand in the extra field 1, in this order. */
function sizesOf(bytes: Buffer, position: number, extraStart: number, extraEnd: number): Sizes {
  const narrow = [24, 20, 42].map((offset) => bytes.readUInt32LE(position + offset));
  let wide = narrow.includes(0xffffffff) ? findExtra64(bytes, extraStart, extraEnd) : -1;
  const [sizeBytes = 0, compressedBytes = 0, headerOffset = 0] = narrow.map((value) => {
    if (value !== 0xffffffff || wide < 0 || wide + 8 > bytes.length) return value;
    wide += 8;
    return Number(bytes.readBigUInt64LE(wide - 8));
  });
  return { sizeBytes, compressedBytes, headerOffset };
}

function findExtra64(bytes: Buffer, start: number, end: number): number {
  for (let at = start; at + 4 <= Math.min(end, bytes.length); at += 4 + bytes.readUInt16LE(at + 2)) {
    if (bytes.readUInt16LE(at) === 1) return at + 4;
  }
  return -1;
}

function damaged(reason: string): AppError {
  return new AppError('unusable-input', `cannot read the zip archive: ${reason}`);
}
