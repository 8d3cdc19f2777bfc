import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildZip } from './sample-zips.ts';
import { isZip, readZip } from './zip.ts';

const files = { 'a.txt': 'first', 'dir/b.txt': 'second '.repeat(1000), 'empty.txt': '' };

function contents(bytes: Uint8Array): { files: Record<string, string>; damage: string[] } {
  const damage: string[] = [];
  const entries = readZip(bytes, (message) => damage.push(message));
  const read = entries.map((entry) => [entry.name, Buffer.from(entry.read(1_000_000)).toString()]);
  return { files: Object.fromEntries(read), damage };
}

const forms = [
  {},
  { stored: true },
  { descriptors: true },
  { prefix: '#!/bin/sh\nexec java -jar "$0"\n' },
  { comment: 'PK\x05\x06 in a comment, long enough to look like an end record' },
];
for (const form of forms) {
  test(`an archive is read whole: ${JSON.stringify(form)}`, () => {
    const bytes = buildZip(files, form);
    assert.ok(isZip(bytes));
    assert.deepEqual(contents(bytes), { files, damage: [] });
  });
}

for (const form of [{}, { stored: true }, { descriptors: true }]) {
  test(`an archive cut short gives the entries before the cut: ${JSON.stringify(form)}`, () => {
    const bytes = buildZip(files, form);
    const read = contents(bytes.subarray(0, bytes.indexOf('PK\x01\x02', 0, 'latin1') + 4));
    assert.deepEqual(read.files, files);
    assert.match(read.damage[0] ?? '', /directory is lost/);
    const early = contents(bytes.subarray(0, bytes.indexOf('dir/b.txt') + 20));
    assert.equal(early.files['a.txt'], 'first');
    assert.ok(early.damage.length >= 2);
  });
}

test('a wrong checksum, an unknown method and encryption are told, and the other entries are read', () => {
  const wrongSum = buildZip(files);
  const central = wrongSum.indexOf('PK\x01\x02', 0, 'latin1');
  wrongSum.writeUInt32LE(1, central + 16);
  const unknownMethod = buildZip(files);
  unknownMethod.writeUInt16LE(99, central + 10);
  const encrypted = buildZip(files);
  encrypted.writeUInt16LE(1, central + 8);
  for (const [bytes, reason] of [
    [wrongSum, /wrong checksum/],
    [unknownMethod, /unknown compression method 99/],
    [encrypted, /is encrypted/],
  ] as const) {
    const read = contents(bytes);
    assert.equal(read.files['dir/b.txt'], files['dir/b.txt']);
    assert.equal(read.damage.length, 1);
    assert.match(read.damage[0] ?? '', reason);
  }
});

test('an entry larger than the limit is refused before it is held in memory', () => {
  const bytes = buildZip({ bomb: Buffer.alloc(20_000_000) });
  const [entry] = readZip(bytes, () => {});
  assert.throws(() => entry?.read(1000), /"bomb": it is larger than the limit of 1000 bytes/);
});

test('too many entries, no archive and an empty file are told', () => {
  const damage: string[] = [];
  assert.equal(readZip(buildZip(files), (message) => damage.push(message), 2).length, 2);
  assert.match(damage[0] ?? '', /more than 2 entries/);
  assert.ok(!isZip(Buffer.from('plain text')));
  assert.ok(!isZip(new Uint8Array(0)));
  assert.deepEqual(contents(Buffer.from('plain text')).files, {});
});

test('no damage to any single byte hangs or breaks the reader', () => {
  const bytes = buildZip({ 'a.txt': 'first', 'b.txt': 'second' });
  for (let at = 0; at < bytes.length; at += 1) {
    const broken = Buffer.from(bytes);
    broken[at] = (broken[at] ?? 0) ^ 0xff;
    contents(broken);
  }
});
