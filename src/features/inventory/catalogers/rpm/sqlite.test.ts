import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { applyWal } from '#formats/sqlite/wal.ts';
import { readSqlite } from './sqlite.ts';

const blobs = Array.from({ length: 300 }, (_, i) => Buffer.alloc(10 + ((i * 7919) % 30_000), i));

interface Files {
  readonly database: Buffer;
  readonly wal: Buffer;
}

/** The two files as a process that dies would leave them, after each call of `steps`. */
function writeDatabase(pageSize: number, steps: readonly ((db: DatabaseSync) => void)[]): Files[] {
  const folder = mkdtempSync(join(tmpdir(), 'assay-sqlite-'));
  const file = join(folder, 'rpmdb.sqlite');
  const db = new DatabaseSync(file);
  try {
    db.exec(`PRAGMA page_size = ${pageSize}; PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0`);
    db.exec('CREATE TABLE other (x TEXT); CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)');
    return steps.map((step) => {
      step(db);
      copyFileSync(file, `${file}.copy`);
      return { database: readFileSync(`${file}.copy`), wal: readFileSync(`${file}-wal`) };
    });
  } finally {
    db.close();
    rmSync(folder, { recursive: true });
  }
}

function insertAll(db: DatabaseSync): void {
  const insert = db.prepare('INSERT INTO Packages (blob) VALUES (?)');
  for (const blob of blobs) insert.run(blob);
}

function read(bytes: Uint8Array): { values: Buffer[]; damage: string[] } {
  const damage: string[] = [];
  const values = [...readSqlite(bytes, (message) => damage.push(message))].map((value) => Buffer.from(value));
  return { values, damage };
}

for (const pageSize of [512, 4096, 65_536]) {
  test(`every row is read in order with pages of ${pageSize} bytes, from the file alone and from file and log`, () => {
    const [logged, settled] = writeDatabase(pageSize, [
      insertAll,
      (db) => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    ]) as [Files, Files];
    assert.ok(logged.wal.length > 0 && settled.wal.length === 0);
    const fromLog = read(applyWal(logged.database, logged.wal));
    assert.deepEqual(fromLog, { values: blobs, damage: [] });
    assert.deepEqual(read(applyWal(settled.database, settled.wal)), { values: blobs, damage: [] });
  });
}

test('a log written over after a checkpoint counts only up to its new end', () => {
  const [, after] = writeDatabase(4096, [
    insertAll,
    (db) => {
      db.exec('PRAGMA wal_checkpoint(RESTART)');
      db.exec('DELETE FROM Packages WHERE hnum > 100');
    },
  ]) as [Files, Files];
  const { values, damage } = read(applyWal(after.database, after.wal));
  assert.deepEqual(damage, []);
  assert.deepEqual(values, blobs.slice(0, 100));
});

test('a transaction that was never committed, or whose frames are damaged, is not applied', () => {
  const [before, after] = writeDatabase(4096, [insertAll, (db) => db.exec('DELETE FROM Packages')]) as [Files, Files];
  const cut = after.wal.subarray(0, after.wal.length - 10);
  assert.equal(read(applyWal(after.database, cut)).values.length, blobs.length);
  const damaged = Buffer.from(after.wal);
  damaged[before.wal.length + 30] = (damaged[before.wal.length + 30] ?? 0) ^ 1;
  assert.equal(read(applyWal(after.database, damaged)).values.length, blobs.length);
  assert.equal(read(applyWal(after.database, after.wal)).values.length, 0);
});

test('a broken page loses its rows and says so; the rest is read', () => {
  const [, settled] = writeDatabase(4096, [insertAll, (db) => db.exec('PRAGMA wal_checkpoint(TRUNCATE)')]) as [
    Files,
    Files,
  ];
  const bytes = settled.database;
  const leaf = Array.from({ length: bytes.length / 4096 }, (_, i) => i).findLast((i) => bytes[i * 4096] === 0x0d) ?? 0;
  bytes[leaf * 4096] = 0xee;
  const { values, damage } = read(bytes);
  assert.ok(values.length > 200 && values.length < blobs.length);
  assert.equal(damage.length, 1);
});

test('a view in place of the table, another file and an empty one are said to be no database', () => {
  const [view] = writeDatabase(4096, [
    (db) =>
      db.exec(`DROP TABLE Packages; CREATE VIEW Packages AS
        WITH RECURSIVE endless(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless) SELECT n FROM endless`),
  ]) as [Files];
  for (const bytes of [applyWal(view.database, view.wal), Buffer.alloc(5000), Buffer.alloc(0)]) {
    const { values, damage } = read(bytes);
    assert.equal(values.length, 0);
    assert.equal(damage.length, 1);
  }
});

test('no damage to a byte of the tree hangs or breaks the reader', () => {
  const [, settled] = writeDatabase(512, [
    (db) => db.exec("INSERT INTO Packages (blob) VALUES (zeroblob(2000)), (x'0102'), (zeroblob(900))"),
    (db) => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
  ]) as [Files, Files];
  for (let at = 0; at < settled.database.length; at += 3) {
    const bytes = Buffer.from(settled.database);
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    read(bytes);
  }
});
