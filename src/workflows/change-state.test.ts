import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { listTagRows, patchEntry } from '#features/catalog/index.ts';
import { findState } from '#features/lifecycle/index.ts';
import { listReferrers } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { artifactTypes } from '#model/artifact-types.ts';
import { npmModule, openWorld, type World } from '#testkit/world.ts';
import { extendByHand, restoreByHand, retireByHand } from './change-state.ts';
import { decidePull } from './decide-pull.ts';
import { reviewLifecycle } from './review-lifecycle.ts';
import { scanImage } from './scan-image.ts';

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const noStep = async () => undefined;
const review = () => reviewLifecycle(world.work, AbortSignal.timeout(10_000), noStep);

async function golden(name: string, tag: string, version = tag): Promise<Digest> {
  const { digest } = await world.push({ repository: `staging/${name}`, tag, files: npmModule(name, `${version}.0.0`) });
  await world.settle();
  return digest;
}

async function endOn(name: string, digest: Digest, endOfLife: string): Promise<void> {
  await patchEntry(world.db, `golden/${name}`, { support: { endOfLife } }, world.work.clock.now());
  await scanImage(world.work, digest, noStep);
  await world.settle();
}

test('a curator retires an image: the pull is refused with why and what to use, machines see the date', async () => {
  const { work, db } = world;
  const old = await golden('app', '1');
  await golden('app', '2');
  await retireByHand(work, { repository: 'golden/app', digest: old, reason: 'It leaks memory.', by: 'grace' });
  const pull = await decidePull(work, 'golden/app', old, '1');
  assert.deepEqual(pull, {
    kind: 'refused',
    message:
      'golden/app:1 was retired on 23 Nov 2026 because grace retired it: It leaks memory. Use golden/app:2 instead.',
  });
  const { referrers } = await listReferrers(db, 'golden/app', old, { artifactType: artifactTypes.lifecycle });
  assert.equal(referrers[0]?.annotations['vnd.microsoft.artifact.lifecycle.end-of-life.date'], '2026-11-23');
  const signed = await listReferrers(db, 'golden/app', referrers[0]?.digest as Digest);
  assert.equal(signed.referrers[0]?.artifactType, artifactTypes.notarySignature);
  assert.deepEqual(
    (await listTagRows(db, 'golden/app')).map((row) => [row.tag, row.state]),
    [
      ['2', 'approved'],
      ['1', 'retired'],
    ],
  );
});

test('restoring serves it again, with a newer lifecycle artifact', async () => {
  const { work, db } = world;
  const digest = await golden('back', '1');
  await retireByHand(work, { repository: 'golden/back', digest, reason: 'A mistake follows', by: 'grace' });
  world.setTime('2026-11-24T12:00:00Z');
  await restoreByHand(work, {
    repository: 'golden/back',
    digest,
    reason: 'It was a mistake',
    by: 'grace',
    until: '2027-06-30',
  });
  assert.equal((await decidePull(work, 'golden/back', digest, '1')).kind, 'served');
  const { referrers } = await listReferrers(db, 'golden/back', digest, { artifactType: artifactTypes.lifecycle });
  assert.equal(referrers.length, 2);
});

test('the review deprecates ahead of the end and retires after it', async () => {
  const { work, db } = world;
  const digest = await golden('ending', '1');
  await endOn('ending', digest, '2027-01-15');
  await review();
  assert.equal((await findState(db, 'golden/ending', digest))?.state, 'deprecated');
  const warned = await decidePull(work, 'golden/ending', digest, '1');
  assert.match(warned.kind === 'served' ? (warned.warning ?? '') : '', /is retired on 15 Jan 2027 \(52 days\)/);
  assert.match(await review(), /0 deprecated, 0 retired/);
  world.setTime('2027-01-16T00:00:00Z');
  await review();
  const refused = await decidePull(work, 'golden/ending', digest, '1');
  assert.match(
    refused.kind === 'refused' ? refused.message : '',
    /was retired on 16 Jan 2027 because the owner's support policy ended on 15 Jan 2027/,
  );
});

test('an extension moves the end, and the review respects it', async () => {
  const { work, db } = world;
  const digest = await golden('longer', '1');
  await endOn('longer', digest, '2027-02-01');
  await review();
  await extendByHand(work, {
    repository: 'golden/longer',
    digest,
    reason: 'The vendor supports us',
    by: 'grace',
    until: '2028-01-01',
  });
  await review();
  assert.equal((await findState(db, 'golden/longer', digest))?.state, 'approved');
  await assert.rejects(
    extendByHand(work, {
      repository: 'golden/longer',
      digest,
      reason: 'Back in time',
      by: 'grace',
      until: '2020-01-01',
    }),
    /give a day after today/,
  );
});
