/** One entry of a layer archive. `path` and hard link targets are normalised and have no leading slash. */
export interface TarHeader {
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'device';
  /** As written for symbolic links; normalised for hard links; empty otherwise. */
  readonly linkTarget: string;
  readonly sizeBytes: number;
  readonly mode: number;
  /** True for sparse files, whose content in the archive is not what a reader of the file sees. */
  readonly isSparse: boolean;
}

/** The fields of a 512-byte header block, before extended headers are applied. */
export interface RawHeader {
  readonly type: string;
  readonly path: string;
  readonly link: string;
  readonly sizeBytes: number;
  readonly mode: number;
  /** Old GNU format: blocks with more of the sparse map follow. */
  readonly hasSparseBlocks: boolean;
}

/** Extended values for the next entry (pax records, GNU long names). */
export interface Extension {
  readonly path?: string;
  readonly linkpath?: string;
  readonly size?: number;
  readonly isSparse?: boolean;
}

const ZERO = 0x30;
const SPARSE = 0x53;

function textOf(block: Uint8Array, start: number, length: number): string {
  let end = start;
  while (end < start + length && block[end] !== 0) end += 1;
  return Buffer.from(block.buffer, block.byteOffset + start, end - start).toString('utf8');
}

/** Octal text, or base-256 when the high bit is set (GNU); NaN when it is neither. */
function numberOf(block: Uint8Array, start: number, length: number): number {
  const first = block[start] ?? 0;
  if (first & 0x80) {
    if (first !== 0x80) return Number.NaN;
    let value = 0;
    for (let i = start + 1; i < start + length; i += 1) value = value * 256 + (block[i] ?? 0);
    return value <= Number.MAX_SAFE_INTEGER ? value : Number.NaN;
  }
  let value = 0;
  let i = start;
  while (i < start + length && block[i] === 0x20) i += 1;
  for (; i < start + length; i += 1) {
    const digit = (block[i] ?? 0) - ZERO;
    if (digit < 0 || digit > 7) break;
    value = value * 8 + digit;
  }
  const stop = block[i] ?? 0;
  return i === start + length || stop === 0 || stop === 0x20 ? value : Number.NaN;
}

const CHECKSUM_START = 148;
const CHECKSUM_END = 156;

/** The sum over unsigned bytes with the checksum field taken as spaces; some old writers summed signed bytes. */
function hasGoodChecksum(block: Uint8Array): boolean {
  let sum = (CHECKSUM_END - CHECKSUM_START) * 0x20;
  let high = 0;
  for (let i = 0; i < CHECKSUM_START; i += 1) {
    const byte = block[i] ?? 0;
    sum += byte;
    high += byte >> 7;
  }
  for (let i = CHECKSUM_END; i < 512; i += 1) {
    const byte = block[i] ?? 0;
    sum += byte;
    high += byte >> 7;
  }
  const stored = numberOf(block, CHECKSUM_START, 8);
  return stored === sum || stored === sum - 256 * high;
}

export function isZeroBlock(block: Uint8Array): boolean {
  for (let i = 0; i < 512; i += 1) if (block[i] !== 0) return false;
  return true;
}

/** Undefined when the block is no header (wrong checksum, impossible size). */
export function parseHeader(block: Uint8Array): RawHeader | undefined {
  if (!hasGoodChecksum(block)) return undefined;
  const sizeBytes = numberOf(block, 124, 12);
  if (!Number.isFinite(sizeBytes)) return undefined;
  const isUstar = textOf(block, 257, 6) === 'ustar';
  const prefix = isUstar ? textOf(block, 345, 155) : '';
  const name = textOf(block, 0, 100);
  return {
    type: String.fromCharCode(block[156] ?? 0),
    path: prefix ? `${prefix}/${name}` : name,
    link: textOf(block, 157, 100),
    sizeBytes,
    mode: numberOf(block, 100, 8) || 0,
    hasSparseBlocks: block[156] === SPARSE && block[482] === 1,
  };
}

/** Pax records `LENGTH KEY=VALUE\n` (POSIX pax interchange format); undefined when they are malformed. */
export function parsePax(bytes: Uint8Array): Extension | undefined {
  const extension: { path?: string; linkpath?: string; size?: number; isSparse?: boolean } = {};
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length; ) {
    const space = buffer.indexOf(0x20, at);
    const length = space < 0 || space - at > 10 ? Number.NaN : Number(buffer.toString('latin1', at, space));
    if (!Number.isInteger(length) || length <= space - at + 1 || at + length > buffer.length) return undefined;
    const equals = buffer.indexOf(0x3d, space);
    if (equals < 0 || equals >= at + length) return undefined;
    const key = buffer.toString('utf8', space + 1, equals);
    const value = buffer.toString('utf8', equals + 1, at + length - 1);
    const isName = key === 'path' || key === 'linkpath' || key === 'GNU.sparse.name';
    if (isName && value.includes('\0')) return undefined;
    if (key === 'path' || key === 'linkpath') extension[key] = value;
    else if (key === 'size') extension.size = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
    else if (key.startsWith('GNU.sparse.')) extension.isSparse = true;
    if (key === 'GNU.sparse.name') extension.path = value;
    at += length;
  }
  return extension.size !== undefined && !Number.isSafeInteger(extension.size) ? undefined : extension;
}

/** `./a//b/../c/` → `a/c`; `..` never leads above the root. */
export function normalizePath(path: string): string {
  if (!/(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
