/** For tests: the smallest executables that hold one section, mapped to an address. */

interface SampleSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly address?: number;
}

/** ELF with one writable segment; `withSections: false` leaves the section table out, as `sstrip` does. */
export function buildElf(
  section: SampleSection,
  options: { bits?: 32 | 64; endian?: 'LE' | 'BE'; withSections?: boolean } = {},
): Buffer {
  const { bits = 64, endian = 'LE', withSections = true } = options;
  const is64 = bits === 64;
  const headerBytes = is64 ? 64 : 52;
  const programBytes = is64 ? 56 : 32;
  const sectionBytes = is64 ? 64 : 40;
  const dataAt = 256;
  const names = Buffer.from(`\0${section.name}\0.shstrtab\0`);
  const namesAt = dataAt + section.bytes.length;
  const tableAt = Math.ceil((namesAt + names.length) / 16) * 16;
  const file = Buffer.alloc(tableAt + 3 * sectionBytes);
  const put16 = (value: number, at: number) => file[`writeUInt16${endian}`](value, at);
  const put32 = (value: number, at: number) => file[`writeUInt32${endian}`](value, at);
  const put = (value: number, at: number) =>
    is64 ? file[`writeBigUInt64${endian}`](BigInt(value), at) : put32(value, at);
  file.set([0x7f, 0x45, 0x4c, 0x46, is64 ? 2 : 1, endian === 'LE' ? 1 : 2]);
  put(headerBytes, is64 ? 32 : 28);
  put16(programBytes, is64 ? 54 : 42);
  put16(1, is64 ? 56 : 44);
  put32(1, headerBytes);
  put32(6, headerBytes + (is64 ? 4 : 24));
  put(dataAt, headerBytes + (is64 ? 8 : 4));
  put(section.address ?? 0x10000, headerBytes + (is64 ? 16 : 8));
  put(section.bytes.length, headerBytes + (is64 ? 32 : 16));
  file.set(section.bytes, dataAt);
  if (!withSections) return file;
  put(tableAt, is64 ? 40 : 32);
  put16(sectionBytes, is64 ? 58 : 46);
  put16(3, is64 ? 60 : 48);
  put16(2, is64 ? 62 : 50);
  names.copy(file, namesAt);
  const row = (i: number, nameAt: number, offset: number, sizeBytes: number) => {
    const at = tableAt + i * sectionBytes;
    put32(nameAt, at);
    put32(1, at + 4);
    put(offset, at + (is64 ? 24 : 16));
    put(sizeBytes, at + (is64 ? 32 : 20));
  };
  row(1, 1, dataAt, section.bytes.length);
  row(2, names.indexOf('.shstrtab'), namesAt, names.length);
  return file;
}

/** PE32+ with one writable section. */
export function buildPe({ name, bytes, address = 0x401000 }: SampleSection): Buffer {
  const file = Buffer.alloc(512 + bytes.length);
  file.write('MZ', 0, 'latin1');
  file.writeUInt32LE(64, 60);
  file.write('PE', 64, 'latin1');
  file.writeUInt16LE(1, 70);
  file.writeUInt16LE(112, 84);
  file.writeUInt16LE(0x20b, 88);
  file.writeBigUInt64LE(0x400000n, 88 + 24);
  const at = 88 + 112;
  file.write(name, at, 'latin1');
  file.writeUInt32LE(address - 0x400000, at + 12);
  file.writeUInt32LE(bytes.length, at + 16);
  file.writeUInt32LE(512, at + 20);
  file.writeUInt32LE(0xc0000040, at + 36);
  file.set(bytes, 512);
  return file;
}

/** 64-bit little-endian Mach-O with one writable segment. */
export function buildMachO({ name, bytes, address = 0x100000 }: SampleSection): Buffer {
  const file = Buffer.alloc(256 + bytes.length);
  file.writeUInt32LE(0xfeedfacf, 0);
  file.writeUInt32LE(1, 16);
  const segment = 32;
  file.writeUInt32LE(0x19, segment);
  file.writeUInt32LE(72 + 80, segment + 4);
  file.writeBigUInt64LE(BigInt(address), segment + 24);
  file.writeBigUInt64LE(256n, segment + 40);
  file.writeBigUInt64LE(BigInt(bytes.length), segment + 48);
  file.writeUInt32LE(3, segment + 60);
  file.writeUInt32LE(1, segment + 64);
  const section = segment + 72;
  file.write(name, section, 'latin1');
  file.writeBigUInt64LE(BigInt(bytes.length), section + 40);
  file.writeUInt32LE(256, section + 48);
  file.set(bytes, 256);
  return file;
}

/** The content of a `.note.package` section. */
export function buildPackageNote(text: string, options: { endian?: 'LE' | 'BE'; type?: number } = {}): Buffer {
  const { endian = 'LE', type = 0xcafe1a7e } = options;
  const data = Buffer.from(`${text}\0`);
  const note = Buffer.alloc(16 + Math.ceil(data.length / 4) * 4);
  for (const [index, value] of [4, data.length, type].entries()) note[`writeUInt32${endian}`](value, index * 4);
  note.write('FDO', 12, 'latin1');
  data.copy(note, 16);
  return note;
}
