import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { findingsOf } from '#features/advisories/index.ts';
import { findDue, findImageFacts, findPostures, getEntry } from '#features/catalog/index.ts';
import { type Acceptance, createAcceptance, endAcceptance, findingAcceptances } from '#features/gates/index.ts';
import { findInventory, lockCounts, packagesNamed } from '#features/inventory/index.ts';
import { childrenOf } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import type { Match } from '#model/finding.ts';
import { addCounts, countFindings, noFindings, subtractCounts, totalOf } from '#model/finding-counts.ts';
import { type Posture, postureOf, worstOf } from '#model/posture.ts';
import { severities } from '#model/severity.ts';
import { npmModule, openWorld, type World } from '#testkit/world.ts';
import { applyFindings } from './apply-findings.ts';
import { recountAccepted } from './recount-accepted.ts';

const names = ['left', 'right', 'shared', 'only'];
let world: World;
let digests: Digest[];

before(async () => {
  world = await openWorld();
  await world.advise('npm', []);
  const files = (...held: string[]) => Object.assign({}, ...held.map((name) => npmModule(name, '1.0.0')));
  const pushes = [
    { repository: 'staging/a', tag: '1', files: files('left', 'shared') },
    { repository: 'staging/b', tag: '1', files: files('right', 'shared'), platforms: ['amd64', 'arm64'] },
    { repository: 'staging/c', tag: '1', files: files('only', 'shared') },
  ];
  digests = [];
  for (const push of pushes) digests.push((await world.push(push)).digest);
  await world.settle();
});
after(() => world.close());

/** The posture of an image added up one finding after the other, without any sum that is kept. */
async function postureFromScratch(digest: Digest, acceptances: readonly Acceptance[]): Promise<Posture | undefined> {
  const children = await childrenOf(world.db, digest);
  const postures: Posture[] = [];
  for (const platform of children.length > 0 ? children : [digest]) {
    const inventory = await findInventory(world.db, platform);
    assert.ok(inventory);
    const findings = await findingsOf(
      world.db,
      inventory.packages.map((item) => item.id),
    );
    let [all, accepted] = [noFindings, noFindings];
    for (const { id } of inventory.packages) {
      const matches = findings.get(id) ?? [];
      const held = matches.filter(({ advisoryId }) => acceptances.some((each) => each.advisoryId === advisoryId));
      all = addCounts(all, countFindings(matches));
      accepted = addCounts(accepted, countFindings(held));
    }
    const facts = { malware: 0, packages: inventory.packages.length, problems: 0, accepted: totalOf(accepted) };
    postures.push(postureOf(subtractCounts(all, accepted), facts));
  }
  return worstOf(postures);
}

async function assertAgree(acceptedBy: (digest: Digest) => readonly Acceptance[]): Promise<void> {
  const kept = await findPostures(world.db, digests);
  for (const digest of digests) {
    assert.deepEqual(kept.get(digest), await postureFromScratch(digest, acceptedBy(digest)));
  }
}

/** A generator that gives the same numbers in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomFindings(random: (below: number) => number): Match[] {
  return Array.from({ length: random(4) }, (_, index) => ({
    advisoryId: `CVE-2026-${index}`,
    aliases: [],
    summary: '',
    severity: severities[random(severities.length)] ?? 'low',
    score: null,
    fixedVersion: random(2) ? '2' : null,
    knownExploitedSince: random(5) ? null : '2026-01-01',
    malicious: random(9) === 0,
  }));
}

async function apply(name: string, matches: readonly Match[]): Promise<number> {
  return world.db.transaction().execute(async (trx) => {
    const rows = await packagesNamed(trx, [{ ecosystem: 'npm', name }]);
    return applyFindings(world.work, trx, new Map(rows.map((row) => [row.id, matches])));
  });
}

test('after any series of changes every posture is what adding up from nothing gives', async () => {
  const random = numbers(7);
  for (let round = 0; round < 40; round += 1) {
    await apply(names[random(names.length)] ?? '', randomFindings(random));
    await assertAgree(() => []);
  }
});

test('only images that hold the package are touched, and only when something changed', async () => {
  await apply('left', []);
  const fresh = randomFindings(() => 1);
  assert.equal(await apply('left', fresh), 1);
  assert.equal(await apply('left', fresh), 0);
  assert.equal(
    await apply(
      'shared',
      randomFindings(() => 3),
    ),
    4,
    'two images and an index of two platforms',
  );
});

test('what was accepted stays accepted through changes, and counts again when the acceptance ends', async () => {
  const { db } = world;
  const now = world.work.clock.now();
  const [a] = digests;
  assert.ok(a);
  const recount = () =>
    db.transaction().execute(async (trx) => {
      await lockCounts(trx);
      await recountAccepted(trx, digests, now);
    });
  await apply(
    'shared',
    randomFindings(() => 3),
  );
  const id = await createAcceptance(db, {
    scope: 'image',
    scopeValue: a,
    rule: 'vulnerabilities',
    advisoryId: 'CVE-2026-1',
    reason: 'not reachable',
    until: '2027-01-01',
    by: 'ada',
    at: now,
  });
  await recount();
  const acceptances = await findingAcceptances(db, now);
  const acceptedBy = (digest: Digest) => (digest === a ? acceptances : []);
  await assertAgree(acceptedBy);
  const random = numbers(11);
  for (let round = 0; round < 10; round += 1) {
    await apply('shared', [...randomFindings(random)]);
    await assertAgree(acceptedBy);
  }
  await endAcceptance(db, id, 'ada', now);
  await recount();
  await assertAgree(() => []);
});

test('the grade of an entry follows its recommended image at once, and its report is due', async () => {
  const [a] = digests;
  for (const name of names) await apply(name, []);
  assert.equal((await getEntry(world.db, 'golden/a')).recommended?.posture?.grade, 'A');
  await apply(
    'left',
    randomFindings(() => 1).map((match) => ({ ...match, knownExploitedSince: '2026-01-01' })),
  );
  const entry = await getEntry(world.db, 'golden/a');
  assert.equal(entry.recommended?.posture?.grade, 'F');
  const before = await findImageFacts(world.db, a ?? '');
  world.setTime('2026-11-24T12:00:00Z');
  assert.ok((await world.settle()).includes('follow-changes'));
  assert.equal(await findDue(world.db, a ?? ''), 0);
  assert.notDeepEqual((await findImageFacts(world.db, a ?? ''))?.scannedAt, before?.scannedAt);
});
