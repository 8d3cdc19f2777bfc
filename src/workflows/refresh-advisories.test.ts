import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listTagRows } from '#features/catalog/index.ts';
import { currentReports } from '#features/reports/index.ts';
import { npmModule, openWorld, osvRecord, type World } from '#testkit/world.ts';

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

test('a changed advisory touches only the images that hold its package: these get new reports, the others keep theirs', async () => {
  const { db } = world;
  await world.advise('npm', [osvRecord('GHSA-1', 'left', '1.0.0')]);
  const left = await world.push({ repository: 'staging/left', tag: '1', files: npmModule('left', '2.0.0') });
  const right = await world.push({ repository: 'staging/right', tag: '1', files: npmModule('right', '2.0.0') });
  await world.settle();
  const before = { left: await currentReports(db, left.digest), right: await currentReports(db, right.digest) };

  world.setTime('2026-11-24T12:00:00Z');
  await world.advise('npm', [osvRecord('GHSA-1', 'left', '3.0.0', { modified: '2026-11-24T00:00:00Z' })]);
  assert.deepEqual(await world.settle(), ['follow-changes', `report-image ${left.digest}`]);

  const now = { left: await currentReports(db, left.digest), right: await currentReports(db, right.digest) };
  assert.notDeepEqual(
    now.left.map((report) => report.digest),
    before.left.map((report) => report.digest),
  );
  assert.deepEqual(now.right, before.right);
  assert.equal((await listTagRows(db, 'golden/left'))[0]?.posture?.counts.critical, 1);
});

test('an advisory that changes in words only touches nothing', async () => {
  const record = osvRecord('GHSA-1', 'left', '3.0.0', { modified: '2026-11-25T00:00:00Z' });
  await world.advise('npm', [{ ...record, details: 'Now with a longer text' } as typeof record]);
  assert.deepEqual(await world.settle(), []);
});
