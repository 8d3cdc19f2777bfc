import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { supportWindow } from '#model/lifecycle.ts';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { history } from './history-store.ts';
import { lifecycleMigrations } from './migrations/index.ts';
import { decidingFacts } from './pull-facts.ts';
import { findQuarantine, isQuarantined, listQuarantined, quarantine, releaseQuarantine } from './quarantine-store.ts';
import { REVIEWER } from './review.ts';
import { findState, pullFacts, type StateChange, setState, statesOf } from './state-store.ts';
import { dueForReview, findWindow, putWindow } from './window-store.ts';

let db: Database;
before(async () => {
  db = await testDatabase(lifecycleMigrations);
});
after(() => db?.destroy());

const at = new Date('2026-11-23T12:00:00Z');
const later = new Date('2026-11-24T12:00:00Z');
const change = (digest: string, state: StateChange['state'], rest: Partial<StateChange> = {}): StateChange => ({
  repository: 'golden/node',
  digest,
  state,
  reason: 'it passed the gate',
  actor: 'gate',
  at,
  ...rest,
});

test('a move is kept with its date, its author and a line of history, once', async () => {
  assert.equal(await setState(db, change('sha256:a', 'approved')), true);
  assert.equal(await setState(db, change('sha256:a', 'approved', { at: later })), false);
  const retired = change('sha256:a', 'retired', {
    reason: 'Node.js 20 ended on 30 Apr 2026',
    actor: 'ada',
    successor: 'golden/node:24',
    at: later,
  });
  assert.equal(await setState(db, retired), true);
  assert.deepEqual(await findState(db, 'golden/node', 'sha256:a'), {
    repository: 'golden/node',
    digest: 'sha256:a',
    state: 'retired',
    since: later,
    reason: 'Node.js 20 ended on 30 Apr 2026',
    actor: 'ada',
    successor: 'golden/node:24',
    retiresAt: null,
    extendedUntil: null,
  });
  const first = await history(db, 'sha256:a', { limit: 1 });
  assert.deepEqual(first.items, [
    {
      at: later.toISOString(),
      repository: 'golden/node',
      state: 'retired',
      actor: 'ada',
      message: 'retired because Node.js 20 ended on 30 Apr 2026; use golden/node:24',
    },
  ]);
  const rest = await history(db, 'sha256:a', { limit: 5, after: first.next ?? '' });
  assert.deepEqual([rest.items.map((row) => row.state), rest.next], [['approved'], null]);
});

test('an impossible move is refused and leaves nothing behind', async () => {
  await assert.rejects(setState(db, change('sha256:a', 'staged')), /cannot move golden\/node@sha256:a to staged/);
  assert.equal((await history(db, 'sha256:a', { limit: 5 })).items.length, 2);
});

test('of two that move an image at once, one moves it', async () => {
  const moved = await Promise.all([1, 2, 3].map(() => setState(db, change('sha256:twice', 'approved'))));
  assert.deepEqual(moved.sort(), [false, false, true]);
});

test('an extension is history too, and a new state has a new end', async () => {
  const retiresAt = new Date('2027-01-01T00:00:00Z');
  await setState(db, change('sha256:b', 'approved'));
  await setState(db, change('sha256:b', 'deprecated', { retiresAt, reason: 'old', actor: REVIEWER }));
  await setState(db, change('sha256:b', 'deprecated', { extendedUntil: '2027-06-01', actor: 'ada' }));
  assert.equal((await findState(db, 'golden/node', 'sha256:b'))?.retiresAt?.getTime(), retiresAt.getTime());
  await setState(db, change('sha256:b', 'approved', { reason: 'needed', actor: 'ada' }));
  const row = await findState(db, 'golden/node', 'sha256:b');
  assert.equal(row?.retiresAt, null);
  assert.equal(row?.extendedUntil, '2027-06-01');
  assert.equal((await history(db, 'sha256:b', { limit: 9 })).items.length, 4);
});

test('the review renews the dates of a decision, which stays the curators', async () => {
  await setState(db, change('sha256:c', 'deprecated', { actor: 'ada', reason: 'it is slow' }));
  const retiresAt = new Date('2027-01-01T00:00:00Z');
  await setState(db, change('sha256:c', 'deprecated', { actor: REVIEWER, reason: 'old', retiresAt }));
  const row = await findState(db, 'golden/node', 'sha256:c');
  assert.deepEqual([row?.actor, row?.reason, row?.retiresAt], ['ada', 'it is slow', retiresAt]);
});

test('a platform image is refused when every index in that repository is', async () => {
  await setState(db, change('sha256:index1', 'retired'));
  await setState(db, change('sha256:index2', 'approved'));
  const decide = async (parents: string[], repository = 'golden/node') =>
    decidingFacts(await pullFacts(db, repository, 'sha256:child', parents))?.state;
  assert.equal(await decide(['sha256:index1']), 'retired');
  assert.equal(await decide(['sha256:index1', 'sha256:index2']), undefined);
  assert.equal(await decide(['sha256:index1'], 'golden/other'), undefined);
  assert.equal(await decide([]), undefined);
});

test('quarantine holds for the digest everywhere, until it is released', async () => {
  await setState(db, change('sha256:bad', 'approved'));
  const facts = { reason: 'malware Eicar-Test was found in layer 7', actor: 'scan', at };
  assert.equal(await quarantine(db, 'sha256:bad', facts), true);
  assert.equal(await quarantine(db, 'sha256:bad', { ...facts, at: later }), false);
  assert.equal(await isQuarantined(db, 'sha256:bad'), true);
  assert.deepEqual((await findQuarantine(db, 'sha256:bad'))?.since, at);
  assert.deepEqual(
    (await listQuarantined(db)).map((row) => row.digest),
    ['sha256:bad'],
  );
  for (const repository of ['golden/node', 'staging/any'])
    assert.equal(decidingFacts(await pullFacts(db, repository, 'sha256:bad', []))?.state, 'quarantined');
  assert.equal(
    await releaseQuarantine(db, 'sha256:bad', { reason: 'the rule was wrong', actor: 'eve', at: later }),
    true,
  );
  assert.equal(decidingFacts(await pullFacts(db, 'golden/node', 'sha256:bad', []))?.state, 'approved');
  assert.equal((await history(db, 'sha256:bad', { limit: 9 })).items.length, 3);
});

test('what every repository says is listed by name', async () => {
  await setState(db, change('sha256:many', 'staged', { repository: 'staging/node' }));
  await setState(db, change('sha256:many', 'approved', { repository: 'golden/node' }));
  assert.deepEqual(
    (await statesOf(db, 'sha256:many')).map((row) => `${row.repository} ${row.state}`),
    ['golden/node approved', 'staging/node staged'],
  );
});

test('a window is kept and says whether it changed', async () => {
  const dates = [
    { source: 'distribution' as const, subject: 'Debian 12', endOfLife: '2026-07-11' },
    { source: 'runtime' as const, subject: 'Node.js 22', endOfLife: null },
  ];
  assert.equal(await putWindow(db, 'sha256:w', supportWindow(dates), at), true);
  assert.equal(await putWindow(db, 'sha256:w', supportWindow(dates), later), false);
  assert.deepEqual(await findWindow(db, 'sha256:w'), supportWindow(dates));
  assert.equal(await putWindow(db, 'sha256:w', supportWindow([]), later), true);
  assert.deepEqual(await findWindow(db, 'sha256:nothing'), supportWindow([]));
});

test('the review is given what may end, a page at a time', async () => {
  const repository = 'golden/review';
  const window = (endOfLife: string | null) =>
    supportWindow([{ source: 'distribution', subject: 'Debian 12', endOfLife }]);
  for (const [digest, state, end] of [
    ['sha256:1', 'approved', '2026-07-11'],
    ['sha256:2', 'approved', '2030-01-01'],
    ['sha256:3', 'approved', null],
    ['sha256:4', 'deprecated', '2030-01-01'],
    ['sha256:5', 'retired', '2026-07-11'],
    ['sha256:6', 'staged', '2026-07-11'],
  ] as const) {
    await setState(db, change(digest, state, { repository }));
    await putWindow(db, digest, window(end), at);
  }
  await setState(db, change('sha256:7', 'approved', { repository, retiresAt: later }));
  const found: string[] = [];
  for (let last: { repository: string; digest: string } | undefined; ; ) {
    const page = await dueForReview(db, { endsBefore: '2027-03-01', after: last, limit: 2 });
    found.push(...page.filter((row) => row.repository === repository).map((row) => row.digest));
    last = page.at(-1);
    if (!last) break;
  }
  assert.deepEqual(found, ['sha256:1', 'sha256:4', 'sha256:7']);
});
