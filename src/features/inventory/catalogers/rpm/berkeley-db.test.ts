import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBerkeleyDb } from './berkeley-db.ts';
import { buildBerkeleyDb, buildHeader } from './sample-databases.ts';

const small = buildHeader({ name: 'small' });
const large = buildHeader({ name: 'large', license: 'x'.repeat(20_000) });

function read(bytes: Uint8Array): { values: Uint8Array[]; damage: string[] } {
  const damage: string[] = [];
  const values = [...readBerkeleyDb(bytes, (message) => damage.push(message))];
  return { values, damage };
}

for (const endian of ['LE', 'BE'] as const) {
  test(`records of a database written ${endian} are read, over as many pages as they take`, () => {
    const { values, damage } = read(buildBerkeleyDb([small, large], endian));
    assert.deepEqual(damage, []);
    assert.deepEqual(values, [small, large]);
  });
}

test('a broken chain of pages loses one record and says so', () => {
  const bytes = buildBerkeleyDb([large, small], 'LE');
  bytes[3 * 4096 + 25] = 0;
  const { values, damage } = read(bytes);
  assert.deepEqual(values, [small]);
  assert.equal(damage.length, 1);
});

test('a chain that returns to itself ends', () => {
  const bytes = buildBerkeleyDb([large], 'LE');
  bytes.writeUInt32LE(2, 2 * 4096 + 16);
  bytes.writeUInt32LE(bytes.length, 4096 + bytes.readUInt16LE(4096 + 28) + 8);
  assert.ok(read(bytes).values.every((value) => value.length <= bytes.length));
});

test('a database that is cut short, empty, encrypted or something else is said to be', () => {
  const whole = buildBerkeleyDb([small, large], 'BE');
  const cut = read(whole.subarray(0, 4096 * 3 + 100));
  assert.deepEqual(cut.values, [small]);
  assert.match(cut.damage[0] ?? '', /3 of \d+ pages/);
  const encrypted = Buffer.from(whole);
  encrypted[24] = 1;
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(9000), encrypted]) {
    const { values, damage } = read(bytes);
    assert.equal(values.length, 0);
    assert.equal(damage.length, 1);
  }
});
