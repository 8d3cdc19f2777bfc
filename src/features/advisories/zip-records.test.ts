import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { zipOf } from '#testkit/osv-folder.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { readZipRecords, type ZipRecord } from './zip-records.ts';

async function read(archive: Uint8Array): Promise<ZipRecord[]> {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'all.zip');
  await writeFile(path, archive);
  const records: ZipRecord[] = [];
  for await (const batch of readZipRecords(path)) records.push(...batch);
  return records;
}

function textOf(record: ZipRecord | undefined): string | undefined {
  return record?.kind === 'record' ? record.bytes.toString() : undefined;
}

test('every JSON file is read, deflated or stored, small or large', async () => {
  const large = JSON.stringify({ text: 'x'.repeat(5_000_000) });
  const records = await read(
    zipOf([
      { name: 'a.json', bytes: '{"a":1}' },
      { name: 'README.txt', bytes: 'no record' },
      { name: 'b.json', bytes: '{"b":2}', stored: true },
      { name: 'large.json', bytes: large },
      { name: 'stored.json', bytes: large, stored: true },
      { name: 'empty.json', bytes: '' },
    ]),
  );
  assert.deepEqual(
    records.map((record) => record.name),
    ['a.json', 'b.json', 'large.json', 'stored.json', 'empty.json'],
  );
  assert.equal(textOf(records[1]), '{"b":2}');
  assert.equal(textOf(records[2]), large);
  assert.equal(textOf(records[3]), large);
  assert.equal(textOf(records[4]), '');
});

test('a damaged file is named, and its neighbours are read', async () => {
  const archive = zipOf([
    { name: 'a.json', bytes: '{"a":1}' },
    { name: 'b.json', bytes: '{"b":2}', stored: true },
    { name: 'c.json', bytes: '{"c":3}' },
  ]);
  archive[archive.indexOf('{"b":2}') + 2] = 0x58;
  const records = await read(archive);
  assert.deepEqual(
    records.map((record) => record.kind),
    ['record', 'damaged', 'record'],
  );
  assert.equal(textOf(records[2]), '{"c":3}');
});

test('a size that is not true is damage, however large the data', async () => {
  const archive = zipOf([{ name: 'bomb.json', bytes: '0'.repeat(1_000_000) }]);
  const entry = archive.lastIndexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
  archive.writeUInt32LE(10, entry + 24);
  assert.equal((await read(archive))[0]?.kind, 'damaged');
});

test('an archive that is cut off or is none is refused', async () => {
  const archive = zipOf([{ name: 'a.json', bytes: '{}' }]);
  for (const bytes of [Buffer.alloc(0), Buffer.from('not a zip'), archive.subarray(0, -8)]) {
    await assert.rejects(read(bytes), /cannot read the zip archive/);
  }
});

test('mutated archives neither crash nor hang', async () => {
  const archive = zipOf(
    Array.from({ length: 20 }, (_, i) => ({ name: `${i}.json`, bytes: JSON.stringify({ id: `X-${i}` }) })),
  );
  for (let i = 0; i < 300; i += 1) {
    const mutated = Buffer.from(archive);
    const at = (i * 7919) % mutated.length;
    mutated[at] = (mutated[at] ?? 0) ^ (1 << (i % 8));
    await read(mutated).catch((error: unknown) => assert.ok(error instanceof Error));
  }
});
