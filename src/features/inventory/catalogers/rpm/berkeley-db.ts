import type { HeaderReader } from './header-reader.ts';

/**
 * A Berkeley DB hash database (rpm's `Packages` until 4.15), in the byte order of the machine that wrote it.
 * Layout: Berkeley DB sources, dbinc/db_page.h. Every page is looked at in turn, so that one broken bucket hides
 * nothing that lies elsewhere.
 */
const HASH_MAGIC = 0x061561;
const PAGE_OVERFLOW = 7;
const PAGE_HASH_UNSORTED = 2;
const PAGE_HASH = 13;
const ITEM_INLINE = 1;
const ITEM_OFF_PAGE = 3;
const PAGE_HEADER_BYTES = 26;
const FLAG_CHECKSUM = 0x01;

interface Database {
  readonly bytes: Buffer;
  readonly pageSize: number;
  readonly pageCount: number;
  readonly u16: (at: number) => number;
  readonly u32: (at: number) => number;
  /** In an honest database no overflow page belongs to two records; more visits than pages are a trap. */
  overflowVisits: number;
}

export const readBerkeleyDb: HeaderReader = function* (input, damage) {
  const db = openDatabase(Buffer.from(input.buffer, input.byteOffset, input.byteLength), damage);
  if (db === undefined) return;
  let budgetBytes = input.byteLength;
  for (let page = 1; page < db.pageCount; page += 1) {
    const type = db.bytes[page * db.pageSize + 25];
    if (type !== PAGE_HASH && type !== PAGE_HASH_UNSORTED) continue;
    for (const value of readValues(db, page, damage)) {
      budgetBytes -= value.length;
      if (budgetBytes < 0) return damage('its records are larger than the database');
      // The record with key 0 is a counter of four bytes.
      if (value.length > 16) yield value;
    }
  }
};

function openDatabase(bytes: Buffer, damage: (message: string) => void): Database | undefined {
  if (bytes.length < 512) return void damage('it is cut short');
  const littleEndian = bytes.readUInt32LE(12) === HASH_MAGIC;
  if (!littleEndian && bytes.readUInt32BE(12) !== HASH_MAGIC) return void damage('it is no Berkeley DB hash database');
  const u16 = (at: number) => (littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (at: number) => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const pageSize = u32(20);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) {
    return void damage(`it claims a page size of ${pageSize}`);
  }
  if (bytes[24] !== 0 || ((bytes[26] ?? 0) & FLAG_CHECKSUM) !== 0) {
    return void damage('it is encrypted or has page checksums, which is not supported');
  }
  const claimedPages = u32(32) + 1;
  const pageCount = Math.min(claimedPages, Math.floor(bytes.length / pageSize));
  if (pageCount < claimedPages) damage(`it has ${pageCount} of ${claimedPages} pages`);
  return { bytes, pageSize, pageCount, u16, u32, overflowVisits: 0 };
}

/** A hash page holds keys and values in turn, as items that grow down from the page's end. */
function* readValues(db: Database, page: number, damage: (message: string) => void): Iterable<Uint8Array> {
  const start = page * db.pageSize;
  const entries = db.u16(start + 20);
  if (PAGE_HEADER_BYTES + entries * 2 > db.pageSize) return damage(`page ${page} claims ${entries} entries`);
  const offsetOf = (i: number) => db.u16(start + PAGE_HEADER_BYTES + i * 2);
  for (let i = 1; i < entries; i += 2) {
    const from = offsetOf(i);
    const to = offsetOf(i - 1);
    if (from < PAGE_HEADER_BYTES || from >= to || to > db.pageSize) {
      damage(`an item of page ${page} lies outside of it`);
      continue;
    }
    const item = db.bytes.subarray(start + from, start + to);
    if (item[0] === ITEM_INLINE) yield item.subarray(1);
    else if (item[0] === ITEM_OFF_PAGE && item.length >= 12) {
      const value = readOverflow(db, db.u32(start + from + 4), db.u32(start + from + 8));
      if (value === undefined) damage(`a record of page ${page} has a broken chain of pages`);
      else yield value;
    } else damage(`an item of page ${page} has the unknown type ${item[0]}`);
  }
}

function readOverflow(db: Database, firstPage: number, sizeBytes: number): Uint8Array | undefined {
  if (sizeBytes > db.bytes.length) return undefined;
  const parts: Uint8Array[] = [];
  let left = sizeBytes;
  let page = firstPage;
  while (left > 0) {
    const start = page * db.pageSize;
    db.overflowVisits += 1;
    if (db.overflowVisits > db.pageCount || page <= 0 || page >= db.pageCount) return undefined;
    if (db.bytes[start + 25] !== PAGE_OVERFLOW) return undefined;
    const length = db.u16(start + 22);
    if (length === 0 || length > left || PAGE_HEADER_BYTES + length > db.pageSize) return undefined;
    parts.push(db.bytes.subarray(start + PAGE_HEADER_BYTES, start + PAGE_HEADER_BYTES + length));
    left -= length;
    page = db.u32(start + 16);
  }
  return Buffer.concat(parts);
}
