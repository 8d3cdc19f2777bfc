import { parseElf } from './elf.ts';
import { parseMachO } from './mach-o.ts';
import { parsePe } from './pe.ts';

/** A part of an executable that has a name; `offset` and `sizeBytes` lie inside the file. */
export interface Section {
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A part of the file that is mapped to an address when the program runs. */
export interface Mapping {
  readonly address: number;
  readonly offset: number;
  readonly sizeBytes: number;
  readonly isWritable: boolean;
}

export interface Executable {
  readonly format: 'elf' | 'pe' | 'mach-o';
  readonly sections: readonly Section[];
  readonly mappings: readonly Mapping[];
}

/** Whether the first bytes of a file are those of an ELF, PE or Mach-O executable. */
export function isExecutable(head: Uint8Array): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = head;
  if (a === 0x4d && b === 0x5a) return true;
  const magic = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  if (magic === 0xcafebabe) return isFatMachO(head);
  return MAGICS.has(magic);
}

const MAGICS = new Set([0x7f454c46, 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);
const MAX_ARCHITECTURES = 20;

/** Java classes begin with the same four bytes; their version, in the place of the count, is at least 45. */
function isFatMachO(head: Uint8Array): boolean {
  const count = ((head[4] ?? 0) << 24) | ((head[5] ?? 0) << 16) | ((head[6] ?? 0) << 8) | (head[7] ?? 0);
  return count > 0 && count <= MAX_ARCHITECTURES;
}

/**
 * The executables in a file: one, or one for each architecture of a universal Mach-O. Offsets count from the file's
 * start. What lies outside the file is left out; a file of another kind gives none. Never throws.
 */
export function parseExecutables(bytes: Uint8Array): Executable[] {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < 64 || !isExecutable(file)) return [];
  if (file.readUInt32BE(0) === 0xcafebabe) {
    const slices = Array.from({ length: file.readUInt32BE(4) }, (_, i) => 8 + i * 20);
    return slices.flatMap((at) => (at + 20 <= file.length ? parseOne(file, file.readUInt32BE(at + 8)) : []));
  }
  return parseOne(file, 0);
}

function parseOne(file: Buffer, start: number): Executable[] {
  if (start + 64 > file.length) return [];
  for (const parse of [parseElf, parsePe, parseMachO]) {
    const found = attempt(() => parse(file, start));
    if (found === undefined) continue;
    const isInside = ({ offset, sizeBytes }: { offset: number; sizeBytes: number }) =>
      Number.isSafeInteger(offset) && offset >= 0 && sizeBytes > 0 && offset + sizeBytes <= file.length;
    return [{ ...found, sections: found.sections.filter(isInside), mappings: found.mappings.filter(isInside) }];
  }
  return [];
}

/** A table that runs out of the file makes Buffer throw: the executable is unreadable. */
function attempt<T>(parse: () => T | undefined): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The bytes that the program would see at an address, or undefined where they are not in the file. */
export function readAddress(
  bytes: Uint8Array,
  mappings: readonly Mapping[],
  address: number,
  sizeBytes: number,
): Uint8Array | undefined {
  const mapping = mappings.find((item) => address >= item.address && address < item.address + item.sizeBytes);
  if (mapping === undefined) return undefined;
  const skipped = address - mapping.address;
  if (sizeBytes > mapping.sizeBytes - skipped) return undefined;
  return bytes.subarray(mapping.offset + skipped, mapping.offset + skipped + sizeBytes);
}
