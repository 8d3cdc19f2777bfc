import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { inventoryMigrations } from './migrations/index.ts';
import { getPackages, packagesNamed, putPackages } from './package-store.ts';
import { samplePackage } from './sample-facts.ts';

let db: Database;
before(async () => {
  db = await testDatabase(inventoryMigrations);
});
after(() => db.destroy());

const identity = ({ locations: _, ownedBy: __, licenses: ___, ...rest }: ReturnType<typeof samplePackage>) => rest;

test('a package has one row, whatever images it is in, and ids come in the order given', async () => {
  const [a, b] = [samplePackage('a'), samplePackage('b')];
  const first = await putPackages(db, [a, b, a]);
  assert.equal(first.length, 3);
  assert.equal(first[0], first[2]);
  assert.notEqual(first[0], first[1]);
  assert.deepEqual(await putPackages(db, [b, a]), [first[1], first[0]]);
  assert.deepEqual(await putPackages(db, []), []);
  assert.deepEqual(
    (await getPackages(db, first)).map((row) => row.identity),
    [identity(a), identity(b)],
  );
});

test('what differs in source, module or package URL is another package', async () => {
  const plain = samplePackage('curl', { ecosystem: 'AlmaLinux:9' });
  const ids = await putPackages(db, [
    plain,
    { ...plain, sourceName: 'curl' },
    { ...plain, sourceName: 'curl', sourceVersion: '1' },
    { ...plain, module: 'nodejs:20' },
    { ...plain, purl: `${plain.purl}?arch=arm64` },
  ]);
  assert.equal(new Set(ids).size, 5);
});

test('packages are found by their own name or by that of their source, in every release', async () => {
  const rows = [
    samplePackage('libssl3', { ecosystem: 'Debian:12', sourceName: 'openssl' }),
    samplePackage('openssl', { ecosystem: 'Debian:11', sourceName: 'openssl' }),
    samplePackage('openssl', { ecosystem: 'npm' }),
    samplePackage('zlib1g', { ecosystem: 'Debian:12', sourceName: 'zlib' }),
  ];
  const ids = await putPackages(db, rows);
  const sorted = (...wanted: (number | undefined)[]) => wanted.map(Number).sort((a, b) => a - b);
  const named = async (...keys: { ecosystem: string; name: string }[]) =>
    (await packagesNamed(db, keys)).map((row) => row.id).sort((a, b) => a - b);
  assert.deepEqual(await named({ ecosystem: 'Debian', name: 'openssl' }), sorted(ids[0], ids[1]));
  assert.deepEqual(
    await named({ ecosystem: 'Debian:12', name: 'zlib' }, { ecosystem: 'npm', name: 'openssl' }),
    sorted(ids[2], ids[3]),
  );
  assert.deepEqual(await named({ ecosystem: 'Debian', name: 'nothing' }), []);
  assert.deepEqual(await named(), []);
});

test('many at once, in many transactions and every order, neither block each other for ever nor make doubles', async () => {
  const all = Array.from({ length: 6_000 }, (_, index) => samplePackage(`p${index}`));
  const results = await Promise.all(
    Array.from({ length: 6 }, async (_, turn) => {
      const given = turn % 2 === 0 ? all : all.toReversed();
      const ids = await db.transaction().execute((trx) => putPackages(trx, given));
      return turn % 2 === 0 ? ids : ids.toReversed();
    }),
  );
  for (const ids of results) assert.deepEqual(ids, results[0]);
  assert.equal(new Set(results[0]).size, 6_000);
});
