const BLOCK = 512;

/** What lies at one path of a layer. Text is UTF-8. */
export type TarContent =
  | string
  | Uint8Array
  | { readonly bytes: string | Uint8Array; readonly mode?: number }
  | { readonly symlink: string }
  | { readonly hardlink: string }
  | { readonly directory: true };

interface Entry {
  readonly type: '0' | '1' | '2' | '5' | 'x';
  readonly path: string;
  readonly mode: number;
  readonly link: string;
  readonly bytes: Uint8Array;
}

function entryOf(path: string, content: TarContent): Entry {
  const plain = { path, link: '', mode: 0o644, bytes: new Uint8Array() };
  if (typeof content === 'string' || content instanceof Uint8Array)
    return { ...plain, type: '0', bytes: Buffer.from(content) };
  if ('symlink' in content) return { ...plain, type: '2', mode: 0o777, link: content.symlink };
  if ('hardlink' in content) return { ...plain, type: '1', link: content.hardlink };
  if ('directory' in content) return { ...plain, type: '5', mode: 0o755, path: path.endsWith('/') ? path : `${path}/` };
  return { ...plain, type: '0', mode: content.mode ?? 0o644, bytes: Buffer.from(content.bytes) };
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\0`;
}

function headerOf({ type, path, mode, link, bytes }: Entry): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(path, 0, 100);
  header.write(octal(mode, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(bytes.length, 12), 124);
  header.write(octal(0, 12), 136);
  header.write('        ', 148);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function padded(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
}

function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (String(length).length !== String(rest).length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

/** Names longer than a ustar header holds go into a pax header before it (POSIX pax interchange format). */
function paxOf(entry: Entry): Buffer[] {
  const long = [
    ...(Buffer.byteLength(entry.path) > 100 ? [paxRecord('path', entry.path)] : []),
    ...(Buffer.byteLength(entry.link) > 100 ? [paxRecord('linkpath', entry.link)] : []),
  ];
  if (long.length === 0) return [];
  const bytes = Buffer.from(long.join(''));
  return [headerOf({ type: 'x', path: 'PaxHeaders/entry', mode: 0o644, link: '', bytes }), padded(bytes)];
}

/** A tar archive with the same bytes on every machine: no owners, times or machine's order. */
export function writeTar(files: Readonly<Record<string, TarContent>>): Buffer {
  const parts: Buffer[] = [];
  for (const [path, content] of Object.entries(files)) {
    const entry = entryOf(path, content);
    parts.push(...paxOf(entry), headerOf(entry), padded(entry.bytes));
  }
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}
