import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipFile {
  readonly name: string;
  readonly bytes: Uint8Array | string;
  /** Kept as it is instead of deflated. */
  readonly stored?: boolean;
}

/** A zip archive of the files. */
export function zipOf(files: readonly ZipFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, stored } of files) {
    const content = Buffer.from(bytes);
    const data = stored ? content : deflateRawSync(content);
    const title = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(stored ? 0 : 8, 4);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(title.length, 22);
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(offset, 12);
    parts.push(Buffer.from('PK\u0003\u0004', 'latin1'), shared, title, data);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0000', 'latin1'), shared, entry.subarray(2), title);
    offset += 30 + title.length + data.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, list, Buffer.from('PK\u0005\u0006', 'latin1'), end]);
}

/** An OSV record, or what is to stand in its place. */
export type OsvRecord = { readonly id: string } & Readonly<Record<string, unknown>>;

/** A record about one package, affected below `fixed`. */
export function osvRecord(
  id: string,
  ecosystem: string,
  name: string,
  fixed: string | null,
  extra: Readonly<Record<string, unknown>> = {},
): OsvRecord {
  const events = fixed === null ? [{ introduced: '0' }] : [{ introduced: '0' }, { fixed }];
  const affected = [{ package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events }] }];
  return { schema_version: '1.7.0', id, modified: '2026-01-01T00:00:00Z', affected, ...extra };
}

export function zipOfRecords(records: readonly OsvRecord[]): Buffer {
  return zipOf(records.map((record) => ({ name: `${record.id}.json`, bytes: JSON.stringify(record) })));
}

/** Writes `<folder>/<ecosystem>/all.zip` as OSV publishes it. */
export async function writeOsvArchive(
  folder: string,
  ecosystem: string,
  records: readonly OsvRecord[],
): Promise<string> {
  const path = join(folder, ecosystem, 'all.zip');
  await mkdir(join(folder, ecosystem), { recursive: true });
  await writeFile(path, zipOfRecords(records));
  return path;
}
