import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { testDatabaseUrl } from '#testkit/database.ts';
import { type Database, openDatabase } from './database.ts';
import { type Migration, migrate } from './migrations.ts';

const opened: Database[] = [];

function open(url: string): Database {
  const db = openDatabase({ url, applicationName: 'test' });
  opened.push(db);
  return db;
}

after(() => Promise.all(opened.map((db) => db.destroy())));

function table(name: string): Migration {
  return { name, up: async (db) => void (await sql`create table ${sql.id(`t_${name}`)} (id int)`.execute(db)) };
}

test('migrations are applied once, in the order of their names', async () => {
  const db = open(await testDatabaseUrl());
  assert.deepEqual(await migrate(db, [table('0201-b'), table('0101-a')]), ['0101-a', '0201-b']);
  assert.deepEqual(await migrate(db, [table('0201-b'), table('0102-late'), table('0101-a')]), ['0102-late']);
});

test('of two processes that start together one migrates and the other finds nothing to do', async () => {
  const url = await testDatabaseUrl();
  const steps = [table('0101-a'), table('0102-b')];
  const applied = await Promise.all([migrate(open(url), steps), migrate(open(url), steps)]);
  assert.deepEqual(applied.flat().sort(), ['0101-a', '0102-b']);
});

test('a step that fails leaves nothing of itself behind', async () => {
  const db = open(await testDatabaseUrl());
  const broken: Migration = {
    name: '0101-broken',
    up: async (trx) => {
      await sql`create table half (id int)`.execute(trx);
      throw new Error('no');
    },
  };
  await assert.rejects(migrate(db, [broken]), /cannot apply migration 0101-broken: no/);
  const { rows } = await sql`select to_regclass('half') as found`.execute(db);
  assert.deepEqual(rows, [{ found: null }]);
});

test('a database that a newer version wrote is refused', async () => {
  const db = open(await testDatabaseUrl());
  await migrate(db, [table('0101-a'), table('0999-future')]);
  await assert.rejects(migrate(db, [table('0101-a')]), /a newer version of Assay wrote it \(step 0999-future/);
});
