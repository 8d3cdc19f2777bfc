import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getEntry, listTagRows } from '#features/catalog/index.ts';
import { latestVerdict } from '#features/gates/index.ts';
import { findState, isQuarantined } from '#features/lifecycle/index.ts';
import { findManifest, listReferrers, noRules } from '#features/registry/index.ts';
import { currentReports } from '#features/reports/index.ts';
import { artifactTypes } from '#model/artifact-types.ts';
import { npmModule, openWorld, osvRecord, type World } from '#testkit/world.ts';
import { approveIntake, rejectIntake } from './decide-intake.ts';
import { decidePull } from './decide-pull.ts';
import { decidePush } from './decide-push.ts';

let world: World;
before(async () => {
  world = await openWorld();
  await world.advise('npm', [
    osvRecord('GHSA-crit', 'broken', '2.0.0'),
    osvRecord('GHSA-low', 'meh', '9.0.0', { cvss: 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N' }),
  ]);
});
after(() => world.close());

test('what passes is a golden image: same digest, tag, entry, approval, signed reports', async () => {
  const { db } = world;
  const labels = { 'org.opencontainers.image.description': 'A web shop', 'dev.assay.owner': 'shop' };
  const { digest, id } = await world.push({
    repository: 'staging/good',
    tag: '1',
    files: npmModule('meh', '1.0.0'),
    labels,
    platforms: ['amd64', 'arm64'],
  });
  await world.settle();
  assert.equal((await world.intake(id)).status, 'cataloged');
  assert.equal((await findManifest(db, 'golden/good', '1'))?.digest, digest);
  const entry = await getEntry(db, 'golden/good');
  assert.deepEqual([entry.description, entry.owner, entry.recommended?.tag], ['A web shop', 'shop', '1']);
  assert.equal(entry.recommended?.posture?.counts.low, 1);
  const { referrers } = await listReferrers(db, 'golden/good', digest);
  assert.deepEqual(
    referrers.map((referrer) => referrer.artifactType).sort(),
    [artifactTypes.malwareSarif, artifactTypes.notarySignature, artifactTypes.sarif, artifactTypes.cyclonedx].sort(),
  );
  assert.equal((await currentReports(db, digest)).length, 3);
  assert.deepEqual(await decidePull(world.work, 'golden/good', digest, '1'), { kind: 'served', warning: undefined });
});

test('a fixable critical is rejected with a reason and what to do, and can be approved for a time', async () => {
  const { db, work } = world;
  const { digest, id } = await world.push({ repository: 'staging/bad', tag: '1', files: npmModule('broken', '1.0.0') });
  await world.settle();
  const rejected = await world.intake(id);
  assert.equal(rejected.status, 'rejected');
  assert.match(rejected.summary, /GHSA-crit in broken 1\.0\.0 is critical and fixed in 2\.0\.0/);
  assert.equal((await findState(db, 'staging/bad', digest))?.state, 'rejected');
  assert.equal(await findManifest(db, 'golden/bad', '1'), undefined);

  await approveIntake(work, id, { reason: 'The fix comes next week', scope: 'image', by: 'grace' });
  assert.equal((await world.intake(id)).status, 'cataloged');
  const [row] = await listTagRows(db, 'golden/bad');
  assert.deepEqual([row?.posture?.accepted, row?.posture?.counts.critical, row?.posture?.grade], [1, 0, 'A']);
  const verdict = await latestVerdict(db, digest, 'staging/bad');
  assert.match(JSON.stringify(verdict), /accepted until 23 Dec 2026 by grace: The fix comes next week/);
});

test('an acceptance of one critical does not accept the next one', async () => {
  await world.advise('npm', [osvRecord('GHSA-new', 'broken', '3.0.0')]);
  await world.settle();
  const [row] = await listTagRows(world.db, 'golden/bad');
  assert.deepEqual([row?.posture?.accepted, row?.posture?.counts.critical, row?.posture?.grade], [1, 1, 'D']);
});

test('malware is quarantined everywhere: nobody pulls, pushes or approves it', async () => {
  const { db, work } = world;
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$', 'EICAR-STANDARD-', 'ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  const { digest, id } = await world.push({ repository: 'staging/etl', tag: '1', files: { 'opt/x.com': eicar } });
  await world.settle();
  assert.equal((await world.intake(id)).status, 'quarantined');
  assert.equal(await isQuarantined(db, digest), true);
  const pull = await decidePull(work, 'staging/etl', digest, '1');
  assert.match(
    pull.kind === 'refused' ? pull.message : '',
    /staging\/etl:1 is quarantined since 23 Nov 2026 because malware/,
  );
  const other = {
    repository: 'staging/other',
    kind: 'image',
    artifactType: null,
    digest,
    tags: ['1'],
    sizeBytes: 1,
  } as const;
  const push = await decidePush({ db: world.db, rulesFor: () => noRules }, other);
  assert.equal(push.kind, 'refused');
  await assert.rejects(
    approveIntake(work, id, { reason: 'We need it anyway', scope: 'image', by: 'grace' }),
    /nobody can approve/,
  );
});

test('a newer push of the tag supersedes what was not decided yet', async () => {
  const first = await world.push({ repository: 'staging/twice', tag: '1', files: npmModule('a', '1.0.0') });
  const second = await world.push({ repository: 'staging/twice', tag: '1', files: npmModule('a', '2.0.0') });
  await world.settle();
  assert.equal((await world.intake(first.id)).status, 'superseded');
  assert.equal((await world.intake(second.id)).status, 'cataloged');
  assert.equal((await findManifest(world.db, 'golden/twice', '1'))?.digest, second.digest);
});

test('a moved tag moves in the catalog only when it passes; the digest before stays', async () => {
  const good = await world.push({ repository: 'staging/moved', tag: '1', files: npmModule('a', '1.0.0') });
  await world.settle();
  const bad = await world.push({ repository: 'staging/moved', tag: '1', files: npmModule('broken', '1.0.0') });
  await world.settle();
  assert.equal((await world.intake(bad.id)).status, 'rejected');
  assert.equal((await findManifest(world.db, 'golden/moved', '1'))?.digest, good.digest);
});

test('a curator rejects with a reason that the pusher reads', async () => {
  const { id } = await world.push({ repository: 'staging/unwanted', tag: '1', files: npmModule('broken', '1.0.0') });
  await world.settle();
  await rejectIntake(world.work, id, { reason: 'Use the shared base image', by: 'grace' });
  const intake = await world.intake(id);
  assert.deepEqual(
    [intake.status, intake.decidedBy, intake.decisionReason],
    ['rejected', 'grace', 'Use the shared base image'],
  );
});

test('running the job again changes nothing', async () => {
  const { digest, id } = await world.push({ repository: 'staging/again', tag: '1', files: npmModule('a', '3.0.0') });
  const [job] = world.jobs;
  await world.settle();
  if (job) world.jobs.push(job);
  await world.settle();
  assert.equal((await world.intake(id)).status, 'cataloged');
  assert.equal(
    (await listReferrers(world.db, 'golden/again', digest, { artifactType: artifactTypes.notarySignature })).referrers
      .length,
    1,
  );
});
