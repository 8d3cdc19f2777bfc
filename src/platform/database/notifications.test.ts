import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { testDatabaseUrl } from '#testkit/database.ts';
import { openDatabase } from './database.ts';
import { notify, openNotifications } from './notifications.ts';

test('a message arrives when its transaction commits, and not when it does not', async () => {
  const url = await testDatabaseUrl();
  const db = openDatabase({ url, applicationName: 'test' });
  await using notifications = await openNotifications({ url, applicationName: 'test' });
  const heard = new EventEmitter();
  await notifications.listen('state-changed', { onMessage: (payload) => heard.emit('message', payload) });
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await notify(trx, 'state-changed', 'undone');
      throw new Error('no');
    }),
  );
  const next = once(heard, 'message');
  await notify(db, 'state-changed', 'done');
  assert.deepEqual(await next, ['done']);
  await db.destroy();
});

test('a lost connection is told, comes back, and listens again', async () => {
  const url = await testDatabaseUrl();
  const db = openDatabase({ url, applicationName: 'test' });
  await using notifications = await openNotifications({ url, applicationName: 'victim' });
  const heard = new EventEmitter();
  await notifications.listen('events', {
    onMessage: (payload) => heard.emit('message', payload),
    onLost: () => heard.emit('lost'),
    onBack: () => heard.emit('back'),
  });
  const lost = once(heard, 'lost');
  const back = once(heard, 'back');
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'`.execute(db);
  await lost;
  await back;
  const next = once(heard, 'message');
  await notify(db, 'events', 'after');
  assert.deepEqual(await next, ['after']);
  await db.destroy();
});

test('a message longer than the database carries is refused', async () => {
  const db = openDatabase({ url: await testDatabaseUrl(), applicationName: 'test' });
  await assert.rejects(notify(db, 'events', 'x'.repeat(8_000)), { code: 'limit-reached' });
  await db.destroy();
});

test('whoever has caught up was told everything that was committed before', async () => {
  const url = await testDatabaseUrl();
  const db = openDatabase({ url, applicationName: 'test' });
  await using notifications = await openNotifications({ url, applicationName: 'test' });
  const told = new Set<string>();
  await notifications.listen('counted', { onMessage: (payload) => told.add(payload) });
  await Promise.all(
    Array.from({ length: 6 }, async (_, writer) => {
      for (let count = 0; count < 150; count += 1) {
        await notify(db, 'counted', `${writer}/${count}`);
        await notifications.catchUp();
        assert.ok(told.has(`${writer}/${count}`), `message ${count} of ${writer} came too late`);
      }
    }),
  );
  await db.destroy();
});

// The server must be on this machine for its process to be stopped.
const skip = process.env.ASSAY_TEST_DATABASE_URL !== undefined;

test('a connection that does not answer in time is not trusted until it does', { skip }, async () => {
  const url = await testDatabaseUrl();
  const db = openDatabase({ url, applicationName: 'test' });
  await using notifications = await openNotifications({ url, applicationName: 'stopped', trustMs: 300 });
  const { rows } = await sql<{
    pid: number;
  }>`select pid from pg_stat_activity where application_name = 'stopped'`.execute(db);
  const [{ pid } = { pid: 0 }] = rows;
  await notifications.catchUp();
  assert.equal(notifications.isConnected(), true);
  process.kill(pid, 'SIGSTOP');
  await sleep(700);
  assert.equal(notifications.isConnected(), false);
  process.kill(pid, 'SIGCONT');
  await notifications.catchUp();
  assert.equal(notifications.isConnected(), true);
  await db.destroy();
});
