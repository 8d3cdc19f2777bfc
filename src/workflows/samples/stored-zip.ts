import { crc32 } from 'node:zlib';

const DOS_DATE = 0x21; // 1 January 1980: the same bytes on every machine

function header(signature: number, name: Buffer, bytes: Buffer, isCentral: boolean, offset: number): Buffer {
  const fixed = Buffer.alloc(isCentral ? 46 : 30);
  fixed.writeUInt32LE(signature, 0);
  let at = isCentral ? fixed.writeUInt16LE(20, 4) : 4;
  at = fixed.writeUInt16LE(20, at);
  at = fixed.writeUInt16LE(0, at);
  at = fixed.writeUInt16LE(0, at);
  at = fixed.writeUInt16LE(0, at);
  at = fixed.writeUInt16LE(DOS_DATE, at);
  at = fixed.writeUInt32LE(crc32(bytes), at);
  at = fixed.writeUInt32LE(bytes.length, at);
  at = fixed.writeUInt32LE(bytes.length, at);
  fixed.writeUInt16LE(name.length, at);
  if (isCentral) fixed.writeUInt32LE(offset, 42);
  return Buffer.concat([fixed, name]);
}

/** A zip archive of uncompressed entries, deterministic (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16). */
export function storedZip(entries: Readonly<Record<string, string | Uint8Array>>): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [path, content] of Object.entries(entries)) {
    const name = Buffer.from(path);
    const bytes = Buffer.from(content);
    const local = Buffer.concat([header(0x04034b50, name, bytes, false, 0), bytes]);
    central.push(header(0x02014b50, name, bytes, true, offset));
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}
