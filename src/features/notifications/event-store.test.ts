import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { EventType } from '#model/event.ts';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { deleteEvents, lastEventId, listEvents, publish } from './event-store.ts';
import { notificationsMigrations } from './migrations/index.ts';

let db: Database;
before(async () => {
  db = await testDatabase(notificationsMigrations);
});
after(() => db?.destroy());

const at = new Date('2026-11-23T12:00:00Z');
const event = (message: string, type: EventType = 'image.retired') => ({ type, at, actor: 'review', message });

test('an event carries what happened, and goes when its transaction does', async () => {
  await publish(db, { ...event('one'), repository: 'golden/node', digest: 'sha256:1', data: { tag: '20' } });
  await assert.rejects(
    db.transaction().execute(async (trx) => {
      await publish(trx, event('never'));
      throw new Error('undone');
    }),
    /undone/,
  );
  await publish(db, event('two', 'image.deprecated'));
  const events = await listEvents(db, { after: 0, limit: 10 });
  assert.deepEqual(events[0], {
    id: 1,
    type: 'image.retired',
    at: at.toISOString(),
    repository: 'golden/node',
    digest: 'sha256:1',
    actor: 'review',
    message: 'one',
    data: { tag: '20' },
  });
  assert.deepEqual(
    events.map(({ id, message }) => [id, message]),
    [
      [1, 'one'],
      [2, 'two'],
    ],
  );
  const retired = await listEvents(db, { after: 0, limit: 10, types: ['image.deprecated'] });
  assert.deepEqual(
    retired.map(({ id }) => id),
    [2],
  );
});

test('a reader misses nothing that is committed late', async () => {
  const start = await lastEventId(db);
  const { promise: written, resolve: tell } = Promise.withResolvers<void>();
  const { promise: gate, resolve: commit } = Promise.withResolvers<void>();
  const slow = db.transaction().execute(async (trx) => {
    await publish(trx, event('slow'));
    tell();
    await gate;
  });
  await written;
  await publish(db, event('fast'));
  const first = await listEvents(db, { after: start, limit: 10 });
  commit();
  await slow;
  const second = await listEvents(db, { after: first.at(-1)?.id ?? start, limit: 10 });
  assert.deepEqual(
    [...first, ...second].map(({ message }) => message),
    ['fast', 'slow'],
  );
});

test('many writers and readers at once agree on one order without gaps or repetition', async () => {
  const start = await lastEventId(db);
  let isWriting = true;
  const read = async () => {
    const seen: number[] = [];
    for (let last = start; ; ) {
      const wasWriting = isWriting;
      const events = await listEvents(db, { after: last, limit: 7 });
      seen.push(...events.map(({ id }) => id));
      last = seen.at(-1) ?? start;
      if (events.length === 0 && !wasWriting) return seen;
    }
  };
  const readers = [read(), read()];
  const write = async (writer: number) => {
    for (let i = 0; i < 20; i += 1) {
      await db.transaction().execute(async (trx) => {
        await publish(trx, event(`${writer} ${i}`));
        await new Promise((resolve) => setTimeout(resolve, (writer * 7 + i) % 5));
      });
    }
  };
  await Promise.all([1, 2, 3, 4].map(write));
  isWriting = false;
  const [one, two] = await Promise.all(readers);
  const expected = Array.from({ length: 80 }, (_, i) => start + 1 + i);
  assert.deepEqual(one, expected);
  assert.deepEqual(two, expected);
});

test('old events are deleted, and the numbers go on', async () => {
  const last = await lastEventId(db);
  assert.ok((await deleteEvents(db, new Date(at.getTime() + 1))) > 80);
  assert.equal(await deleteEvents(db, new Date(at.getTime() + 1)), 0);
  await publish(db, event('after'));
  assert.equal((await listEvents(db, { after: last, limit: 10 }))[0]?.id, last + 1);
});
