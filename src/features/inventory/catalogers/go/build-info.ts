import { type Executable, type Mapping, parseExecutables, readAddress } from '#formats/elf/executable.ts';

/** What the Go linker wrote about a program: the tool chain's version and the text of its modules. */
export interface BuildInfo {
  readonly goVersion: string;
  readonly modules: string;
}

const MAGIC = Buffer.from('\xff Go buildinf:', 'latin1');
const ALIGNMENT = 16;
const HEADER_BYTES = 32;
const FLAG_BIG_ENDIAN = 1;
const FLAG_INLINE = 2;
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
/** Where no section has the name, the linker put it at the beginning of the data. */
const MAX_SEARCH_BYTES = 1024 * 1024;
const MAX_CANDIDATES = 8;
const SECTION_NAMES = new Set(['.go.buildinfo', '__go_buildinfo']);

/** The layout is described in the Go sources, `debug/buildinfo`. */
export function findBuildInfo(bytes: Uint8Array): BuildInfo | undefined {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const executable of parseExecutables(bytes)) {
    for (const { offset, sizeBytes } of candidates(executable)) {
      const at = findMagic(file, offset, offset + sizeBytes);
      const info = at === undefined ? undefined : readInfo(file, at, executable.mappings);
      if (info !== undefined) return info;
    }
  }
  return undefined;
}

function candidates({ sections, mappings }: Executable): { offset: number; sizeBytes: number }[] {
  const named = sections.filter(({ name }) => SECTION_NAMES.has(name));
  const likely = named.length > 0 ? named : mappings.filter(({ isWritable }) => isWritable);
  return likely
    .slice(0, MAX_CANDIDATES)
    .map(({ offset, sizeBytes }) => ({ offset, sizeBytes: Math.min(sizeBytes, MAX_SEARCH_BYTES) }));
}

function findMagic(file: Buffer, from: number, to: number): number | undefined {
  const part = file.subarray(from, to);
  for (let at = part.indexOf(MAGIC); at >= 0; at = part.indexOf(MAGIC, at + 1)) {
    if (at % ALIGNMENT === 0 && from + at + HEADER_BYTES <= file.length) return from + at;
  }
  return undefined;
}

function readInfo(file: Buffer, at: number, mappings: readonly Mapping[]): BuildInfo | undefined {
  const flags = file[at + 15] ?? 0;
  if ((flags & FLAG_INLINE) !== 0) {
    const version = readInline(file, at + HEADER_BYTES);
    const modules = version && readInline(file, version.next);
    return version && { goVersion: version.text.toString(), modules: withoutMarks(modules?.text) };
  }
  const pointerBytes = file[at + 14] === 4 ? 4 : 8;
  const read = (address: number, sizeBytes: number) => readAddress(file, mappings, address, sizeBytes);
  const word = (from: Uint8Array, offset: number) => readWord(from, offset, pointerBytes, flags & FLAG_BIG_ENDIAN);
  const readString = (pointerAt: number): Buffer | undefined => {
    const header = read(word(file, pointerAt), pointerBytes * 2);
    if (header === undefined) return undefined;
    const length = word(header, pointerBytes);
    return length > MAX_TEXT_BYTES ? undefined : asBuffer(read(word(header, 0), length));
  };
  const version = readString(at + 16);
  return version && { goVersion: version.toString(), modules: withoutMarks(readString(at + 16 + pointerBytes)) };
}

/** A length as an unsigned base-128 number, least significant part first, then the text. */
function readInline(file: Buffer, start: number): { text: Buffer; next: number } | undefined {
  let length = 0;
  for (let i = 0; i < 5; i += 1) {
    const byte = file[start + i];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte >= 0x80) continue;
    const next = start + i + 1 + length;
    return length > MAX_TEXT_BYTES || next > file.length
      ? undefined
      : { text: file.subarray(next - length, next), next };
  }
  return undefined;
}

function readWord(from: Uint8Array, offset: number, sizeBytes: 4 | 8, bigEndian: number): number {
  const bytes = Buffer.from(from.buffer, from.byteOffset, from.byteLength);
  if (sizeBytes === 4) return bigEndian ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset);
  return Number(bigEndian ? bytes.readBigUInt64BE(offset) : bytes.readBigUInt64LE(offset));
}

/** The text of the modules stands between two marks of 16 bytes. */
function withoutMarks(text: Buffer | undefined): string {
  if (text === undefined || text.length < 33 || text[text.length - 17] !== 0x0a) return '';
  return text.toString('utf8', 16, text.length - 16);
}

function asBuffer(bytes: Uint8Array | undefined): Buffer | undefined {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
