/** For tests: single blocks of tar archives, with whatever a hostile writer would put into them. */
export function tarBlock(fields: {
  readonly path?: string;
  readonly type?: string;
  readonly size?: number | string | Uint8Array;
  readonly link?: string;
  readonly prefix?: string;
  readonly magic?: string;
  readonly mode?: string;
  readonly poke?: (block: Buffer) => void;
}): Buffer {
  const { path = 'a', type = '0', size = 0, link = '', prefix = '', magic = 'ustar\x0000', mode = '0000644' } = fields;
  const block = Buffer.alloc(512);
  block.write(path, 0, 100);
  block.write(mode, 100);
  if (size instanceof Uint8Array) block.set(size, 124);
  else block.write(typeof size === 'number' ? size.toString(8).padStart(11, '0') : size, 124);
  block.write('        ', 148);
  block.write(type, 156);
  block.write(link, 157, 100);
  block.write(magic, 257);
  if (prefix !== '') block.write(prefix, 345, 155);
  fields.poke?.(block);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Content, filled up to whole blocks. */
export function tarContent(text: string | Uint8Array): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** An extended header with these records. */
export function paxHeader(records: Readonly<Record<string, string>>, type: 'x' | 'g' = 'x'): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = Buffer.byteLength(` ${key}=${value}\n`);
    let length = rest + 1;
    while (String(length).length + rest !== length) length += 1;
    return `${length} ${key}=${value}\n`;
  });
  const bytes = Buffer.from(lines.join(''));
  return Buffer.concat([tarBlock({ path: 'PaxHeaders/x', type, size: bytes.length }), tarContent(bytes)]);
}

export const tarEnd: Buffer = Buffer.alloc(1024);
