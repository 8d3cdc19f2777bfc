/**
 * Lays the committed frames of a write-ahead log over a database image, as SQLite does when it opens both.
 * Format: https://www.sqlite.org/fileformat2.html, section 4, "The Write-Ahead Log".
 */
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC_LITTLE_ENDIAN_SUMS = 0x377f0682;
const MAGIC_BIG_ENDIAN_SUMS = 0x377f0683;

export function applyWal(database: Uint8Array, walBytes: Uint8Array): Buffer {
  const image = Buffer.from(database.buffer, database.byteOffset, database.byteLength);
  const wal = Buffer.from(walBytes.buffer, walBytes.byteOffset, walBytes.byteLength);
  const { pages, pageSize, pageCount } = committedPages(wal);
  if (pages.size === 0) return image;
  // A commit names the size of the database; no honest one is larger than what is there.
  const knownPages = Math.min(pageCount, Math.ceil(image.length / pageSize) + pages.size);
  const result = Buffer.alloc(knownPages * pageSize);
  image.copy(result);
  for (const [page, at] of pages) {
    if (page <= knownPages) wal.copy(result, (page - 1) * pageSize, at, at + pageSize);
  }
  return result;
}

/** Frames count up to the last commit; the first whose salt or checksum does not fit ends the log. */
function committedPages(wal: Buffer): { pages: Map<number, number>; pageSize: number; pageCount: number } {
  const committed = { pages: new Map<number, number>(), pageSize: 0, pageCount: 0 };
  if (wal.length < WAL_HEADER_BYTES) return committed;
  const magic = wal.readUInt32BE(0);
  if (magic !== MAGIC_LITTLE_ENDIAN_SUMS && magic !== MAGIC_BIG_ENDIAN_SUMS) return committed;
  const pageSize = wal.readUInt32BE(8);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return committed;
  const sum = (seed: Sum, from: number, to: number) => checksum(wal, magic === MAGIC_BIG_ENDIAN_SUMS, seed, from, to);
  let running = sum([0, 0], 0, 24);
  if (!isSumAt(wal, 24, running)) return committed;
  committed.pageSize = pageSize;
  const frameBytes = FRAME_HEADER_BYTES + pageSize;
  const pending = new Map<number, number>();
  for (let at = WAL_HEADER_BYTES; at + frameBytes <= wal.length; at += frameBytes) {
    const isSalted = wal.compare(wal, 16, 24, at + 8, at + 16) === 0;
    running = sum(sum(running, at, at + 8), at + FRAME_HEADER_BYTES, at + frameBytes);
    if (!isSalted || !isSumAt(wal, at + 16, running)) break;
    const page = wal.readUInt32BE(at);
    if (page === 0) break;
    pending.set(page, at + FRAME_HEADER_BYTES);
    const pagesAfterCommit = wal.readUInt32BE(at + 4);
    if (pagesAfterCommit === 0) continue;
    for (const [number, offset] of pending) committed.pages.set(number, offset);
    pending.clear();
    committed.pageCount = pagesAfterCommit;
  }
  return committed;
}

type Sum = readonly [number, number];

function checksum(bytes: Buffer, bigEndian: boolean, seed: Sum, from: number, to: number): Sum {
  let [a, b] = seed;
  for (let at = from; at < to; at += 8) {
    a = (a + (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + b) >>> 0;
    b = (b + (bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + a) >>> 0;
  }
  return [a, b];
}

function isSumAt(wal: Buffer, at: number, sum: Sum): boolean {
  return wal.readUInt32BE(at) === sum[0] && wal.readUInt32BE(at + 4) === sum[1];
}
