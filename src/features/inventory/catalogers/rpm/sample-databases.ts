/** For tests: package headers and databases built byte by byte. */

interface SampleHeader {
  readonly name: string;
  readonly version?: string;
  readonly release?: string;
  readonly epoch?: number;
  readonly arch?: string;
  readonly vendor?: string;
  readonly license?: string;
  readonly sourceRpm?: string;
  readonly modularityLabel?: string;
  readonly files?: readonly { readonly dir: string; readonly base: string }[];
}

export function buildHeader(sample: SampleHeader): Buffer {
  const entries: { tag: number; type: number; count: number; data: Buffer }[] = [];
  const text = (tag: number, value: string | undefined) => {
    if (value !== undefined) entries.push({ tag, type: 6, count: 1, data: Buffer.from(`${value}\0`) });
  };
  const texts = (tag: number, values: readonly string[]) => {
    entries.push({ tag, type: 8, count: values.length, data: Buffer.from(values.map((v) => `${v}\0`).join('')) });
  };
  const numbers = (tag: number, values: readonly number[]) => {
    const data = Buffer.alloc(values.length * 4);
    for (const [i, value] of values.entries()) data.writeUInt32BE(value, i * 4);
    entries.push({ tag, type: 4, count: values.length, data });
  };
  text(1000, sample.name);
  text(1001, sample.version ?? '1.0');
  text(1002, sample.release ?? '1.el9');
  if (sample.epoch !== undefined) numbers(1003, [sample.epoch]);
  text(1011, sample.vendor);
  text(1014, sample.license);
  text(1022, sample.arch ?? 'x86_64');
  text(1044, sample.sourceRpm);
  text(5096, sample.modularityLabel);
  if (sample.files) {
    const dirs = [...new Set(sample.files.map((file) => file.dir))];
    numbers(
      1116,
      sample.files.map((file) => dirs.indexOf(file.dir)),
    );
    texts(
      1117,
      sample.files.map((file) => file.base),
    );
    texts(1118, dirs);
  }
  return joinHeader(entries);
}

function joinHeader(entries: readonly { tag: number; type: number; count: number; data: Buffer }[]): Buffer {
  const index = Buffer.alloc(8 + entries.length * 16);
  const store: Buffer[] = [];
  let offset = 0;
  for (const [i, entry] of entries.entries()) {
    const padding = entry.type === 4 ? (4 - (offset % 4)) % 4 : 0;
    store.push(Buffer.alloc(padding), entry.data);
    offset += padding;
    for (const [j, value] of [entry.tag, entry.type, offset, entry.count].entries()) {
      index.writeUInt32BE(value, 8 + i * 16 + j * 4);
    }
    offset += entry.data.length;
  }
  index.writeUInt32BE(entries.length, 0);
  index.writeUInt32BE(offset, 4);
  return Buffer.concat([index, ...store]);
}

/** One hash page with every header in a chain of overflow pages of its own; page size 4096. */
export function buildBerkeleyDb(headers: readonly Buffer[], endian: 'LE' | 'BE'): Buffer {
  const pageSize = 4096;
  const perPage = pageSize - 26;
  const pages: Buffer[] = [Buffer.alloc(pageSize), Buffer.alloc(pageSize)];
  const [meta, hash] = pages as [Buffer, Buffer];
  const put32 = (page: Buffer, value: number, at: number) => page[`writeUInt32${endian}`](value, at);
  const put16 = (page: Buffer, value: number, at: number) => page[`writeUInt16${endian}`](value, at);
  hash[25] = 13;
  let itemAt = pageSize;
  const addItem = (slot: number, item: Buffer) => {
    itemAt -= item.length;
    item.copy(hash, itemAt);
    put16(hash, itemAt, 26 + slot * 2);
    put16(hash, slot + 1, 20);
  };
  for (const [i, header] of headers.entries()) {
    addItem(i * 2, Buffer.from([1, i + 1, 0, 0, 0]));
    const item = Buffer.alloc(12);
    item[0] = 3;
    put32(item, pages.length, 4);
    put32(item, header.length, 8);
    addItem(i * 2 + 1, item);
    for (let at = 0; at < header.length; at += perPage) {
      const page = Buffer.alloc(pageSize);
      const part = header.subarray(at, at + perPage);
      part.copy(page, 26);
      page[25] = 7;
      put16(page, part.length, 22);
      if (at + perPage < header.length) put32(page, pages.length + 1, 16);
      pages.push(page);
    }
  }
  put32(meta, 0x061561, 12);
  put32(meta, pageSize, 20);
  meta[25] = 8;
  put32(meta, pages.length - 1, 32);
  return Buffer.concat(pages);
}

export function buildNdb(headers: readonly Buffer[]): Buffer {
  const slots = Buffer.alloc(4096);
  for (let at = 32; at < 4096; at += 16) slots.write('Slot', at, 'latin1');
  slots.write('RpmP', 0, 'latin1');
  slots.writeUInt32LE(1, 12);
  const blobs: Buffer[] = [];
  let block = 4096 / 16;
  for (const [i, header] of headers.entries()) {
    const blocks = Math.ceil((16 + header.length + 12) / 16);
    const blob = Buffer.alloc(blocks * 16);
    blob.write('BlbS', 0, 'latin1');
    blob.writeUInt32LE(i + 1, 4);
    blob.writeUInt32LE(header.length, 12);
    header.copy(blob, 16);
    blob.writeUInt32LE(header.length, blob.length - 8);
    blob.write('BlbE', blob.length - 4, 'latin1');
    blobs.push(blob);
    slots.writeUInt32LE(i + 1, 32 + i * 16 + 4);
    slots.writeUInt32LE(block, 32 + i * 16 + 8);
    slots.writeUInt32LE(blocks, 32 + i * 16 + 12);
    block += blocks;
  }
  return Buffer.concat([slots, ...blobs]);
}
