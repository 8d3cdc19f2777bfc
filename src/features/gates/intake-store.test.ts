import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import {
  countUndecided,
  findIntakeByReference,
  getIntake,
  listIntake,
  type NewIntake,
  queueIntake,
  setIntakeStatus,
} from './intake-store.ts';
import { gatesMigrations } from './migrations/index.ts';

let db: Database;
before(async () => {
  db = await testDatabase(gatesMigrations);
});
after(() => db?.destroy());

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 12, minute));
function push(tag: string, digest: string, minute: number): NewIntake {
  return { repository: 'staging/node', tag, digest, target: 'golden/node', pushedBy: 'ada', pushedAt: at(minute) };
}

test('a push is queued and found by id, tag and digest', async () => {
  const id = await queueIntake(db, push('24', 'sha256:a', 0));
  const row = await getIntake(db, id);
  assert.deepEqual(row, {
    id,
    repository: 'staging/node',
    tag: '24',
    digest: 'sha256:a',
    target: 'golden/node',
    status: 'queued',
    step: 'waiting for a free worker',
    summary: '',
    pushedBy: 'ada',
    pushedAt: at(0).toISOString(),
    decidedAt: null,
    decidedBy: null,
    decisionReason: null,
  });
  assert.deepEqual(await findIntakeByReference(db, 'staging/node', '24'), row);
  assert.deepEqual(await findIntakeByReference(db, 'staging/node', 'sha256:a'), row);
  assert.equal(await findIntakeByReference(db, 'staging/other', '24'), undefined);
  await assert.rejects(getIntake(db, 'nothing'), /cannot find intake nothing/);
});

test('a newer push of the tag supersedes what is not decided, and what is superseded stays so', async () => {
  const first = await queueIntake(db, push('latest', 'sha256:a', 1));
  assert.equal(await setIntakeStatus(db, first, { status: 'waiting', summary: 'unsigned' }), true);
  const second = await queueIntake(db, push('latest', 'sha256:b', 2));
  assert.equal((await getIntake(db, first)).status, 'superseded');
  assert.equal(await setIntakeStatus(db, first, { status: 'cataloged' }), false);
  assert.equal((await findIntakeByReference(db, 'staging/node', 'latest'))?.id, second);

  const decided = { at: at(3), by: 'gate', reason: 'it passed' };
  await setIntakeStatus(db, second, { status: 'cataloged', step: '', decided });
  await queueIntake(db, push('latest', 'sha256:c', 4));
  const row = await getIntake(db, second);
  assert.deepEqual([row.status, row.decidedBy, row.decisionReason], ['cataloged', 'gate', 'it passed']);
});

test('of many pushes of one tag at once, one is left to judge', async () => {
  await Promise.all([1, 2, 3, 4].map((n) => queueIntake(db, push('race', `sha256:${n}`, 5))));
  const { items } = await listIntake(db, { limit: 100, statuses: ['queued'] });
  assert.equal(items.filter((row) => row.tag === 'race').length, 1);
});

test('of two curators one decides', async () => {
  const id = await queueIntake(db, push('two', 'sha256:d', 5));
  await setIntakeStatus(db, id, { status: 'waiting' });
  const decide = (by: string, status: 'cataloged' | 'rejected') =>
    setIntakeStatus(db, id, { status, from: ['waiting'], decided: { at: at(6), by, reason: 'so' } });
  const results = await Promise.all([decide('ada', 'cataloged'), decide('bob', 'rejected')]);
  assert.deepEqual(results.sort(), [false, true]);
});

test('intakes are listed newest first, by status, a page at a time', async () => {
  for (let i = 0; i < 5; i += 1) await queueIntake(db, push(`same-time-${i}`, 'sha256:e', 30));
  const seen: string[] = [];
  let after: string | undefined;
  for (let pages = 0; pages < 20; pages += 1) {
    const page = await listIntake(db, { limit: 2, after });
    seen.push(...page.items.map((row) => row.id));
    if (page.next === null) break;
    after = page.next;
  }
  const all = await listIntake(db, { limit: 100 });
  assert.deepEqual(
    seen,
    all.items.map((row) => row.id),
  );
  assert.equal(new Set(seen).size, seen.length);
  assert.equal(all.next, null);
  const superseded = await listIntake(db, { limit: 100, statuses: ['superseded'] });
  assert.equal(superseded.items.length, 4);
  assert.equal((await listIntake(db, { limit: 9, repository: 'staging/none' })).items.length, 0);
  await assert.rejects(listIntake(db, { limit: 9, after: 'x' }), /"after" is not the "next" of an earlier page/);
  assert.equal((await countUndecided(db)).queued, 8);
});
