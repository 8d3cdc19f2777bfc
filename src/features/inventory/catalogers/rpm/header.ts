/**
 * The header of an installed package, as every rpm database stores it: an index of tags and a store of their data,
 * all numbers big-endian. Format: rpm manual, "RPM v4 header"; the leading magic is absent in databases.
 */
export interface RpmHeader {
  readonly name: string;
  readonly version: string;
  readonly release: string;
  readonly epoch: number;
  readonly arch: string;
  readonly vendor: string;
  readonly license: string;
  readonly sourceRpm: string;
  readonly modularityLabel: string;
  /** Paths without a leading slash. */
  readonly files: readonly string[];
}

const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  license: 1014,
  arch: 1022,
  oldFileNames: 1027,
  sourceRpm: 1044,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  modularityLabel: 5096,
} as const;

const TYPE_INT32 = 4;
const TYPE_STRING = 6;
const TYPE_STRING_ARRAY = 8;
const TYPE_I18N_STRING = 9;

const MAX_TAGS = 65_535;
const MAX_PATH_LENGTH = 4096;

interface IndexEntry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** Throws an Error that says what is wrong when the bytes are no header with a name and a version. */
export function parseRpmHeader(blob: Uint8Array): RpmHeader {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength);
  const { index, store } = readIndex(bytes);
  const text = (tag: number) => readStrings(store, index.get(tag), 1)[0] ?? '';
  const header = {
    name: text(TAG.name),
    version: text(TAG.version),
    release: text(TAG.release),
    epoch: readIntegers(store, index.get(TAG.epoch))[0] ?? 0,
    arch: text(TAG.arch),
    vendor: text(TAG.vendor),
    license: text(TAG.license),
    sourceRpm: text(TAG.sourceRpm),
    modularityLabel: text(TAG.modularityLabel),
  };
  if (header.name === '' || header.version === '') throw new Error('the package header has no name or no version');
  return { ...header, files: readFiles(store, index) };
}

function readIndex(bytes: Buffer): { index: Map<number, IndexEntry>; store: Buffer } {
  if (bytes.length < 8) throw new Error('the package header is cut short');
  const tagCount = bytes.readUInt32BE(0);
  const storeBytes = bytes.readUInt32BE(4);
  const storeStart = 8 + tagCount * 16;
  if (tagCount === 0 || tagCount > MAX_TAGS) throw new Error(`the package header claims ${tagCount} tags`);
  if (storeStart + storeBytes > bytes.length) throw new Error('the package header is cut short');
  const index = new Map<number, IndexEntry>();
  for (let at = 8; at < storeStart; at += 16) {
    const tag = bytes.readUInt32BE(at);
    if (index.has(tag)) continue;
    index.set(tag, {
      type: bytes.readUInt32BE(at + 4),
      offset: bytes.readUInt32BE(at + 8),
      count: bytes.readUInt32BE(at + 12),
    });
  }
  return { index, store: bytes.subarray(storeStart, storeStart + storeBytes) };
}

function readStrings(store: Buffer, entry: IndexEntry | undefined, max = Number.POSITIVE_INFINITY): string[] {
  if (entry === undefined) return [];
  if (entry.type !== TYPE_STRING && entry.type !== TYPE_STRING_ARRAY && entry.type !== TYPE_I18N_STRING) {
    throw new Error(`the package header has a text of type ${entry.type}`);
  }
  const strings: string[] = [];
  let at = entry.offset;
  while (strings.length < Math.min(entry.count, max)) {
    const end = store.indexOf(0, at);
    if (at >= store.length || end < 0) throw new Error('a text of the package header lies outside of it');
    strings.push(store.toString('utf8', at, end));
    at = end + 1;
  }
  return strings;
}

function readIntegers(store: Buffer, entry: IndexEntry | undefined): number[] {
  if (entry === undefined) return [];
  if (entry.type !== TYPE_INT32) throw new Error(`the package header has a number of type ${entry.type}`);
  if (entry.offset + entry.count * 4 > store.length) {
    throw new Error('a number of the package header lies outside of it');
  }
  return Array.from({ length: entry.count }, (_, i) => store.readUInt32BE(entry.offset + i * 4));
}

/** Since rpm 4.0 a path is a base name and the number of its directory; before that, whole paths. */
function readFiles(store: Buffer, index: ReadonlyMap<number, IndexEntry>): string[] {
  const baseNames = readStrings(store, index.get(TAG.baseNames));
  if (baseNames.length === 0) return readStrings(store, index.get(TAG.oldFileNames)).map(withoutSlash);
  const dirNames = readStrings(store, index.get(TAG.dirNames)).map(withoutSlash);
  const dirIndexes = readIntegers(store, index.get(TAG.dirIndexes));
  const files: string[] = [];
  for (const [i, baseName] of baseNames.entries()) {
    const dirName = dirNames[dirIndexes[i] ?? -1];
    if (dirName === undefined) throw new Error('a file of the package header names a directory that is not there');
    if (dirName.length + baseName.length <= MAX_PATH_LENGTH) files.push(dirName + baseName);
  }
  return files;
}

function withoutSlash(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}
