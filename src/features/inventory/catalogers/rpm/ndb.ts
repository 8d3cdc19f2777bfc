import type { HeaderReader } from './header-reader.ts';

/** rpm's own "new" database (`Packages.db`), little-endian. Layout: rpm sources, lib/backend/ndb/rpmpkg.c. */
const HEADER_MAGIC = 0x506d7052; // RpmP
const SLOT_MAGIC = 0x746f6c53; // Slot
const BLOB_START = 0x53626c42; // BlbS
const BLOB_END = 0x45626c42; // BlbE
const PAGE_BYTES = 4096;
const SLOT_BYTES = 16;
const BLOCK_BYTES = 16;
const BLOB_HEAD_BYTES = 16;
const BLOB_TAIL_BYTES = 12;
const FIRST_SLOT = 32;

export const readNdb: HeaderReader = function* (input, damage) {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  if (bytes.length < FIRST_SLOT || bytes.readUInt32LE(0) !== HEADER_MAGIC) {
    return damage('it is no NDB package database');
  }
  if (bytes.readUInt32LE(4) !== 0) return damage(`it has the unknown version ${bytes.readUInt32LE(4)}`);
  const slotsEnd = bytes.readUInt32LE(12) * PAGE_BYTES;
  if (slotsEnd > bytes.length) damage('its slot pages are cut short');
  let budgetBytes = bytes.length;
  for (let at = FIRST_SLOT; at + SLOT_BYTES <= Math.min(slotsEnd, bytes.length); at += SLOT_BYTES) {
    if (bytes.readUInt32LE(at) !== SLOT_MAGIC) {
      damage(`the slot at byte ${at} is broken`);
      continue;
    }
    const packageIndex = bytes.readUInt32LE(at + 4);
    const blockOffset = bytes.readUInt32LE(at + 8);
    if (blockOffset === 0) continue;
    const blob = readBlob(bytes, packageIndex, blockOffset * BLOCK_BYTES, bytes.readUInt32LE(at + 12) * BLOCK_BYTES);
    if (blob === undefined) {
      damage(`the record of package ${packageIndex} is broken`);
      continue;
    }
    budgetBytes -= blob.length;
    if (budgetBytes < 0) return damage('its records are larger than the database');
    yield blob;
  }
};

function readBlob(bytes: Buffer, packageIndex: number, start: number, sizeBytes: number): Uint8Array | undefined {
  const end = start + sizeBytes;
  if (end > bytes.length || sizeBytes < BLOB_HEAD_BYTES + BLOB_TAIL_BYTES) return undefined;
  if (bytes.readUInt32LE(start) !== BLOB_START || bytes.readUInt32LE(start + 4) !== packageIndex) return undefined;
  const length = bytes.readUInt32LE(start + 12);
  if (BLOB_HEAD_BYTES + length + BLOB_TAIL_BYTES > sizeBytes) return undefined;
  if (bytes.readUInt32LE(end - 4) !== BLOB_END || bytes.readUInt32LE(end - 8) !== length) return undefined;
  return bytes.subarray(start + BLOB_HEAD_BYTES, start + BLOB_HEAD_BYTES + length);
}
