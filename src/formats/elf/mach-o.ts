import type { Executable, Mapping, Section } from './executable.ts';

const MAGIC_32 = 0xfeedface;
const MAGIC_64 = 0xfeedfacf;
const LC_SEGMENT = 0x1;
const LC_SEGMENT_64 = 0x19;
const PROTECTION_WRITE = 2;
const MAX_SECTIONS = 10_000;

/** Format: Apple, `mach-o/loader.h`. */
export function parseMachO(file: Buffer, start: number): Executable | undefined {
  const littleEndian = [MAGIC_32, MAGIC_64].includes(file.readUInt32LE(start));
  const u32 = (at: number) => (littleEndian ? file.readUInt32LE(at) : file.readUInt32BE(at));
  const u64 = (at: number) => Number(littleEndian ? file.readBigUInt64LE(at) : file.readBigUInt64BE(at));
  const magic = u32(start);
  if (magic !== MAGIC_32 && magic !== MAGIC_64) return undefined;
  const sections: Section[] = [];
  const mappings: Mapping[] = [];
  let at = start + (magic === MAGIC_64 ? 32 : 28);
  for (let i = 0; i < u32(start + 16) && mappings.length < MAX_SECTIONS; i += 1) {
    const command = u32(at);
    if (command === LC_SEGMENT_64 || command === LC_SEGMENT) readSegment(at, command === LC_SEGMENT_64);
    const sizeBytes = u32(at + 4);
    if (sizeBytes < 8) break;
    at += sizeBytes;
  }
  return { format: 'mach-o', sections, mappings };

  function readSegment(segment: number, is64: boolean): void {
    const word = (narrow: number, wide: number) => (is64 ? u64(segment + wide) : u32(segment + narrow));
    mappings.push({
      address: word(24, 24),
      offset: start + word(32, 40),
      sizeBytes: word(36, 48),
      isWritable: (u32(segment + (is64 ? 60 : 44)) & PROTECTION_WRITE) !== 0,
    });
    const count = u32(segment + (is64 ? 64 : 48));
    for (let i = 0; i < count && sections.length < MAX_SECTIONS; i += 1) {
      const section = segment + (is64 ? 72 + i * 80 : 56 + i * 68);
      sections.push({
        name: file.toString('latin1', section, section + 16).replace(/\0.*$/s, ''),
        offset: start + u32(section + (is64 ? 48 : 40)),
        sizeBytes: is64 ? u64(section + 40) : u32(section + 36),
      });
    }
  }
}
