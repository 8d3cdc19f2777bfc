import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findManifest } from '#features/registry/index.ts';
import { currentReports } from '#features/reports/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { npmModule, openWorld, type World } from '#testkit/world.ts';
import { reportImage } from './report-image.ts';

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const START = Date.parse('2026-11-24T12:00:00Z');

test('a superseded report can be read for minutes however many follow, then its predecessor alone', async () => {
  const { digest } = await world.push({ repository: 'staging/app', tag: '1', files: npmModule('left', '1.0.0') });
  await world.settle();
  const written: Digest[] = [];
  async function reportAt(minutes: number): Promise<void> {
    world.setTime(new Date(START + minutes * 60_000).toISOString());
    await reportImage(world.work, digest, async () => undefined);
    const sarif = (await currentReports(world.db, digest)).find(({ format }) => format === 'sarif');
    assert.ok(sarif);
    written.push(sarif.digest);
  }
  const found = () =>
    Promise.all(written.map(async (each) => (await findManifest(world.db, 'staging/app', each)) !== undefined));

  for (const minutes of [0, 1, 2, 3]) await reportAt(minutes);
  assert.deepEqual(await found(), [true, true, true, true]);
  await reportAt(20);
  assert.deepEqual(await found(), [false, false, false, true, true]);
});
