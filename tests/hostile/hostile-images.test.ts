import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '#testkit/temporary.ts';
import { type HostileOutcome, hostileArchive, readHostile } from './hostile-images.ts';

const ARCHIVES = 400;

test('whatever strangers write is read or refused, in bounded time, and nothing falls over', async () => {
  await using folder = await temporaryFolder();
  const outcomes: HostileOutcome[] = [];
  for (let number = 0; number < ARCHIVES; number += 1) outcomes.push(await readHostile(folder.path, number));
  const slow = outcomes.filter((outcome) => outcome.elapsedMs > 5_000);
  assert.deepEqual(slow, []);
  const count = (outcome: string) => outcomes.filter((each) => each.outcome === outcome).length;
  assert.ok(count('read') > ARCHIVES / 2, 'most get as far as the catalogers');
  assert.ok(count('refused') > 0, 'some are no archives any more');
  assert.ok(
    outcomes.some((each) => each.packages > 5 && each.problems > 0),
    'damage leaves the rest readable',
  );
});

test('an archive is the same for its number', () => {
  assert.ok(hostileArchive(7).equals(hostileArchive(7)));
  assert.ok(!hostileArchive(7).equals(hostileArchive(8)));
});
