import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readNdb } from './ndb.ts';
import { buildHeader, buildNdb } from './sample-databases.ts';

const headers = ['one', 'two', 'three'].map((name) => buildHeader({ name }));

function read(bytes: Uint8Array): { values: Uint8Array[]; damage: string[] } {
  const damage: string[] = [];
  const values = [...readNdb(bytes, (message) => damage.push(message))];
  return { values, damage };
}

test('every record is read', () => {
  assert.deepEqual(read(buildNdb(headers)), { values: headers, damage: [] });
});

test('a broken record or slot loses one package and says so', () => {
  const brokenRecord = buildNdb(headers);
  brokenRecord.write('Bad!', 4096, 'latin1');
  assert.deepEqual(read(brokenRecord).values, headers.slice(1));
  assert.equal(read(brokenRecord).damage.length, 1);
  const brokenSlot = buildNdb(headers);
  brokenSlot.write('Bad!', 32 + 16, 'latin1');
  assert.deepEqual(read(brokenSlot).values, [headers[0], headers[2]]);
  assert.equal(read(brokenSlot).damage.length, 1);
});

test('slots that all name one record cannot multiply it', () => {
  const bytes = buildNdb([buildHeader({ name: 'one', license: 'x'.repeat(100_000) })]);
  for (let at = 48; at < 4096; at += 16) bytes.copy(bytes, at, 32, 48);
  const { values, damage } = read(bytes);
  assert.equal(values.length, 1);
  assert.match(damage[0] ?? '', /larger than the database/);
});

test('a file that is cut short or something else is said to be', () => {
  const cut = read(buildNdb(headers).subarray(0, 4096 + 100));
  assert.deepEqual(cut.values, []);
  assert.equal(cut.damage.length, 3);
  assert.equal(read(Buffer.alloc(5000)).damage.length, 1);
});
