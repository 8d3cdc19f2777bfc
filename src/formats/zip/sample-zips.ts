import { crc32, deflateRawSync } from 'node:zlib';

/** For tests: a zip archive with the given files. */
export function buildZip(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: { stored?: boolean; descriptors?: boolean; prefix?: string; comment?: string } = {},
): Buffer {
  const parts: Buffer[] = [Buffer.from(options.prefix ?? '')];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const data = options.stored ? bytes : deflateRawSync(bytes);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(options.descriptors ? 8 : 0, 6);
    header.writeUInt16LE(options.stored ? 0 : 8, 8);
    header.writeUInt16LE(Buffer.byteLength(name), 26);
    const sums = Buffer.alloc(12);
    sums.writeUInt32LE(crc32(bytes), 0);
    sums.writeUInt32LE(data.length, 4);
    sums.writeUInt32LE(bytes.length, 8);
    if (!options.descriptors) sums.copy(header, 14);
    const descriptor = options.descriptors
      ? Buffer.concat([Buffer.from('PK\x07\x08', 'latin1'), sums])
      : Buffer.alloc(0);
    const local = Buffer.concat([header, Buffer.from(name), data, descriptor]);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    header.copy(central, 6, 4, 30);
    sums.copy(central, 16);
    central.writeUInt32LE(offset, 42);
    directory.push(central, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const directoryBytes = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(directoryBytes.length, 12);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(Buffer.byteLength(options.comment ?? ''), 20);
  return Buffer.concat([...parts, directoryBytes, end, Buffer.from(options.comment ?? '')]);
}
