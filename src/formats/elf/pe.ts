import type { Executable } from './executable.ts';

const DOS_MAGIC = 0x5a4d;
const PE_MAGIC = 0x4550;
const PE32_PLUS = 0x20b;
const SECTION_BYTES = 40;
const FLAG_WRITE = 0x80000000;

/** Format: Microsoft, "PE Format". Addresses are those at which the image prefers to be loaded. */
export function parsePe(file: Buffer, start: number): Executable | undefined {
  if (file.readUInt16LE(start) !== DOS_MAGIC) return undefined;
  const header = start + file.readUInt32LE(start + 60);
  if (file.readUInt32LE(header) !== PE_MAGIC) return undefined;
  const count = file.readUInt16LE(header + 6);
  const optional = header + 24;
  const isPlus = file.readUInt16LE(optional) === PE32_PLUS;
  const imageBase = isPlus ? Number(file.readBigUInt64LE(optional + 24)) : file.readUInt32LE(optional + 28);
  const table = optional + file.readUInt16LE(header + 20);
  const sections = Array.from({ length: count }, (_, i) => {
    const at = table + i * SECTION_BYTES;
    return {
      name: file.toString('latin1', at, at + 8).replace(/\0.*$/s, ''),
      address: imageBase + file.readUInt32LE(at + 12),
      offset: start + file.readUInt32LE(at + 20),
      sizeBytes: file.readUInt32LE(at + 16),
      isWritable: (file.readUInt32LE(at + 36) & FLAG_WRITE) !== 0,
    };
  });
  return { format: 'pe', sections, mappings: sections };
}
