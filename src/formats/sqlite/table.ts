/**
 * Tables of a SQLite file, read straight from its pages: no SQL of a hostile schema ever runs, and one broken page hides
 * only its own rows.
 * Format: https://www.sqlite.org/fileformat2.html, sections 1.3, 1.6 and 2.
 */
const MAGIC = 'SQLite format 3\0';
const PAGE_LEAF_TABLE = 0x0d;
const PAGE_INTERIOR_TABLE = 0x05;
const MAX_DEPTH = 20;
const SCHEMA_ROOT = 1;

interface Table {
  readonly bytes: Buffer;
  readonly pageSize: number;
  readonly pageCount: number;
  /** Bytes of a page that hold content: some may be reserved at its end. */
  readonly usable: number;
  readonly damage: Damage;
  /** In an honest database no overflow page belongs to two rows; many more visits than pages are a trap. */
  overflowVisits: number;
}

type Damage = (message: string) => void;

export interface SqliteValue {
  /** Even from 12 on: bytes; odd from 13 on: text; 0: nothing; the rest are numbers. */
  readonly serialType: number;
  readonly bytes: Buffer;
}

/**
 * The rows of one table, each with its values in the order of the columns; a column that stands for the row's number is
 * empty. Never throws: what is broken is told to `damage`. The rows together are never larger than the file.
 */
export function* readTable(input: Uint8Array, name: string, damage: Damage): Generator<readonly SqliteValue[]> {
  const table = openFile(Buffer.from(input.buffer, input.byteOffset, input.byteLength), damage);
  if (table === undefined) return;
  const root = findRoot(table, name);
  if (root === undefined) return damage(`it has no table "${name}"`);
  let budgetBytes = input.byteLength;
  for (const record of readRecords(table, root)) {
    const values = readValues(record);
    for (const value of values) budgetBytes -= value.bytes.length;
    if (budgetBytes < 0) return damage('its records are larger than the database');
    yield values;
  }
}

function openFile(bytes: Buffer, damage: Damage): Table | undefined {
  if (bytes.length < 512 || bytes.toString('latin1', 0, 16) !== MAGIC) return void damage('it is no SQLite database');
  const claimed = bytes.readUInt16BE(16);
  const pageSize = claimed === 1 ? 65_536 : claimed;
  const usable = pageSize - (bytes[20] ?? 0);
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0 || usable < 480) {
    return void damage(`it claims a page size of ${pageSize}`);
  }
  const pageCount = Math.floor(bytes.length / pageSize);
  const claimedPages = bytes.readUInt32BE(28);
  if (pageCount < claimedPages) damage(`it has ${pageCount} of ${claimedPages} pages`);
  return { bytes, pageSize, pageCount, usable, damage, overflowVisits: 0 };
}

/** A row of the schema table: type, name, tbl_name, rootpage, sql. */
function findRoot(table: Table, wanted: string): number | undefined {
  for (const record of readRecords(table, SCHEMA_ROOT)) {
    const [type, name, , root] = readValues(record);
    if (type?.bytes.toString() !== 'table' || name?.bytes.toString() !== wanted || root === undefined) continue;
    if (root.bytes.length > 0 && root.bytes.length <= 6) return root.bytes.readUIntBE(0, root.bytes.length);
    if (root.serialType === 9) return 1;
  }
  return undefined;
}

function* readRecords(table: Table, root: number): Iterable<Buffer> {
  const seen = new Set<number>();
  const pending: { page: number; depth: number }[] = [{ page: root, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { page, depth } = next;
    if (page < 1 || page > table.pageCount || depth > MAX_DEPTH || seen.has(page)) {
      table.damage(`page ${page} of its tree is missing or out of place`);
      continue;
    }
    seen.add(page);
    const start = (page - 1) * table.pageSize;
    const header = start + (page === 1 ? 100 : 0);
    const type = table.bytes[header];
    const cells = table.bytes.readUInt16BE(header + 3);
    if (type === PAGE_INTERIOR_TABLE) {
      const children = readChildren(table, start, header, cells);
      for (const child of children.reverse()) pending.push({ page: child, depth: depth + 1 });
    } else if (type === PAGE_LEAF_TABLE) yield* readLeaf(table, start, header, cells);
    else table.damage(`page ${page} has the unexpected type ${type}`);
  }
}

function readChildren(table: Table, start: number, header: number, cells: number): number[] {
  const children: number[] = [];
  for (const cell of cellOffsets(table, start, header + 12, cells)) {
    if (cell + 4 <= start + table.pageSize) children.push(table.bytes.readUInt32BE(cell));
  }
  children.push(table.bytes.readUInt32BE(header + 8));
  return children;
}

function* readLeaf(table: Table, start: number, header: number, cells: number): Iterable<Buffer> {
  for (const cell of cellOffsets(table, start, header + 8, cells)) {
    const record = readPayload(table, start, cell);
    if (record === undefined) table.damage(`a row of page ${start / table.pageSize + 1} is broken`);
    else yield record;
  }
}

function* cellOffsets(table: Table, start: number, pointers: number, cells: number): Iterable<number> {
  if (pointers + cells * 2 > start + table.pageSize) {
    return table.damage(`page ${start / table.pageSize + 1} claims ${cells} cells`);
  }
  for (let i = 0; i < cells; i += 1) yield start + table.bytes.readUInt16BE(pointers + i * 2);
}

/** The record of one cell: its first part in the page, the rest in a chain of overflow pages. */
function readPayload(table: Table, start: number, cell: number): Buffer | undefined {
  const end = start + table.usable;
  const [size, afterSize] = readVarint(table.bytes, cell, end);
  const [, at] = readVarint(table.bytes, afterSize, end);
  if (size > table.bytes.length || at > end) return undefined;
  const local = localBytes(table.usable, size);
  if (at + local + (local < size ? 4 : 0) > end) return undefined;
  const parts = [table.bytes.subarray(at, at + local)];
  let left = size - local;
  let page = left > 0 ? table.bytes.readUInt32BE(at + local) : 0;
  while (left > 0) {
    table.overflowVisits += 1;
    if (page < 1 || page > table.pageCount || table.overflowVisits > 2 * table.pageCount) return undefined;
    const from = (page - 1) * table.pageSize;
    const length = Math.min(left, table.usable - 4);
    parts.push(table.bytes.subarray(from + 4, from + 4 + length));
    left -= length;
    page = table.bytes.readUInt32BE(from);
  }
  return Buffer.concat(parts);
}

function localBytes(usable: number, size: number): number {
  if (size <= usable - 35) return size;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const local = least + ((size - least) % (usable - 4));
  return local <= usable - 35 ? local : least;
}

function readValues(record: Buffer): SqliteValue[] {
  const [headerBytes, firstType] = readVarint(record, 0, record.length);
  const values: SqliteValue[] = [];
  let at = Math.min(headerBytes, record.length);
  for (let typeAt = firstType; typeAt < headerBytes && typeAt < record.length; ) {
    const [serialType, nextType] = readVarint(record, typeAt, record.length);
    const length = contentBytes(serialType);
    if (at + length > record.length) break;
    values.push({ serialType, bytes: record.subarray(at, at + length) });
    at += length;
    typeAt = nextType;
  }
  return values;
}

function contentBytes(serialType: number): number {
  if (serialType >= 12) return Math.floor((serialType - 12) / 2);
  return [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0][serialType] ?? 0;
}

/** A big-endian base-128 number of up to nine bytes, and where it ends; sizes beyond 2^53 are merely too large. */
function readVarint(bytes: Buffer, start: number, end: number): [value: number, next: number] {
  let value = 0;
  for (let i = 0; i < 9 && start + i < end; i += 1) {
    const byte = bytes[start + i] ?? 0;
    if (i === 8) return [value * 256 + byte, start + 9];
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, start + i + 1];
  }
  return [value, end + 1];
}
