import type { Executable } from './executable.ts';

const MAGIC = 0x7f454c46;
const PT_LOAD = 1;
const FLAG_WRITE = 2;
const SHT_NOBITS = 8;

/** Format: System V ABI, "Object Files". Sections are found by their names, mappings by the program headers. */
export function parseElf(file: Buffer, start: number): Executable | undefined {
  if (file.readUInt32BE(start) !== MAGIC) return undefined;
  const is64 = file[start + 4] === 2;
  const littleEndian = file[start + 5] === 1;
  const u16 = (at: number) => (littleEndian ? file.readUInt16LE(at) : file.readUInt16BE(at));
  const u32 = (at: number) => (littleEndian ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const u64 = (at: number) => Number(littleEndian ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at));
  const word = (at: number, narrow: number, wide: number) => (is64 ? u64(at + wide) : u32(at + narrow));

  const programHeaders = start + word(start, 28, 32);
  const programHeaderBytes = u16(start + (is64 ? 54 : 42));
  const mappings = rows(programHeaders, programHeaderBytes, u16(start + (is64 ? 56 : 44))).flatMap((at) =>
    u32(at) === PT_LOAD
      ? [
          {
            address: word(at, 8, 16),
            offset: start + word(at, 4, 8),
            sizeBytes: word(at, 16, 32),
            isWritable: (u32(at + (is64 ? 4 : 24)) & FLAG_WRITE) !== 0,
          },
        ]
      : [],
  );
  return { format: 'elf', mappings, sections: readSections() };

  function readSections() {
    const headers = start + word(start, 32, 40);
    const count = u16(start + (is64 ? 60 : 48));
    const table = rows(headers, u16(start + (is64 ? 58 : 46)), count);
    const namesAt = table[u16(start + (is64 ? 62 : 50))];
    if (headers === start || namesAt === undefined || headers >= file.length) return [];
    const names = start + word(namesAt, 16, 24);
    return table
      .filter((at) => u32(at + 4) !== SHT_NOBITS)
      .map((at) => ({
        name: nameAt(file, names + u32(at)),
        offset: start + word(at, 16, 24),
        sizeBytes: word(at, 20, 32),
      }));
  }
}

function rows(start: number, rowBytes: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + i * rowBytes);
}

function nameAt(file: Buffer, at: number): string {
  if (at >= file.length) return '';
  const name = file.subarray(at, at + 100);
  const end = name.indexOf(0);
  return name.toString('latin1', 0, end < 0 ? name.length : end);
}
