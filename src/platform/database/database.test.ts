import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { testDatabase, testDatabaseUrl } from '#testkit/database.ts';
import { checkDatabase, openDatabase } from './database.ts';
import { databaseFailure } from './database-failure.ts';

test('values come out as the types that the product uses', async () => {
  const db = await testDatabase([]);
  const { rows } = await sql`select
    5000000000::bigint as size, count(*) as rows, 1.5::numeric as score, date '2026-01-31' as day,
    timestamptz '2026-01-31T00:00:00Z' as at, array[1, null]::bigint[] as sizes, '{"a":[1]}'::jsonb as value,
    '\\x00ff'::bytea as bytes`.execute(db);
  assert.deepEqual(rows, [
    {
      size: 5_000_000_000,
      rows: 1,
      score: 1.5,
      day: '2026-01-31',
      at: new Date('2026-01-31T00:00:00Z'),
      sizes: [1, null],
      value: { a: [1] },
      bytes: Buffer.from([0, 255]),
    },
  ]);
  await db.destroy();
});

test('a database that does not answer is unavailable', async () => {
  const db = openDatabase({ url: 'postgresql://assay@127.0.0.1:1/assay', applicationName: 'test' });
  await assert.rejects(checkDatabase(db), { code: 'unavailable', message: /^cannot reach the database: / });
  await db.destroy();
});

test('a database whose connections are all taken is unavailable', async () => {
  const db = openDatabase({ url: await testDatabaseUrl(), applicationName: 'test', poolSize: 1 });
  await db.connection().execute(async () => {
    await assert.rejects(checkDatabase(db, 50), { code: 'unavailable', message: /no answer within 50 ms/ });
  });
  await checkDatabase(db);
  await db.destroy();
});

test('a connection that breaks inside a transaction fails the next statement, not the process', async () => {
  const db = openDatabase({ url: await testDatabaseUrl(), applicationName: 'test' });
  const broken = db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
    await sql`select pg_terminate_backend(${rows[0]?.pid}::integer)`.execute(db);
    await sleep(100);
    await sql`select 1`.execute(trx);
  });
  await assert.rejects(broken, (error) => databaseFailure(error)?.code === 'unavailable');
  await checkDatabase(db);
  await db.destroy();
});
