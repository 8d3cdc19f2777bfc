import { parseExecutables } from './executable.ts';

const SECTION = '.note.package';
const NOTE_TYPE = 0xcafe1a7e;
const OWNER = 'FDO\0';
const HEADER_BYTES = 12;
const MAX_BYTES = 64 * 1024;

/**
 * The JSON text that says which package an ELF file was built for; undefined when there is none.
 * https://systemd.io/ELF_PACKAGE_METADATA/
 */
export function findPackageNote(bytes: Uint8Array): string | undefined {
  const [executable] = parseExecutables(bytes);
  const section = executable?.format === 'elf' ? executable.sections.find(({ name }) => name === SECTION) : undefined;
  if (section === undefined || section.sizeBytes > MAX_BYTES) return undefined;
  const notes = Buffer.from(bytes.buffer, bytes.byteOffset + section.offset, section.sizeBytes);
  const u32 = (at: number) => (bytes[5] === 1 ? notes.readUInt32LE(at) : notes.readUInt32BE(at));
  for (let at = 0; at + HEADER_BYTES <= notes.length; ) {
    const owner = at + HEADER_BYTES;
    const text = owner + padded(u32(at));
    const end = text + u32(at + 4);
    if (end > notes.length) return undefined;
    if (u32(at + 8) === NOTE_TYPE && notes.toString('latin1', owner, owner + 4) === OWNER)
      return notes.toString('utf8', text, end).replace(/\0+$/, '');
    at = text + padded(u32(at + 4));
  }
  return undefined;
}

function padded(sizeBytes: number): number {
  return Math.ceil(sizeBytes / 4) * 4;
}
