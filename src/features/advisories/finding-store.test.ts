import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Match } from '#model/finding.ts';
import { noFindings } from '#model/finding-counts.ts';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { findingsOf, isNews, packagesWithAdvisory, putFindings } from './finding-store.ts';
import { advisoriesMigrations } from './migrations/index.ts';

let db: Database;
before(async () => {
  db = await testDatabase(advisoriesMigrations);
});
after(() => db.destroy());

function match(advisoryId: string, extra: Partial<Match> = {}): Match {
  return {
    advisoryId,
    aliases: [],
    summary: '',
    severity: 'high',
    score: 7.5,
    fixedVersion: null,
    knownExploitedSince: null,
    malicious: false,
    ...extra,
  };
}

test('only packages whose findings really changed are named', async () => {
  const changes = (...rows: [number, Match[]][]) => putFindings(db, new Map(rows));
  const put = async (...rows: [number, Match[]][]) => [...(await changes(...rows)).keys()];
  assert.deepEqual(await put([1, [match('A'), match('B')]], [2, [match('A')]], [3, []]), [1, 2]);
  assert.deepEqual(await put([1, [match('B'), match('A')]], [2, [match('A')]]), []);
  assert.deepEqual(await put([1, [match('A')]], [2, [match('A', { fixedVersion: '2.0' })]]), [1, 2]);
  const stored = await findingsOf(db, [1, 2, 3]);
  assert.deepEqual([...stored.keys()], [1, 2]);
  assert.equal(stored.get(2)?.[0]?.fixedVersion, '2.0');
});

test('what changed says by how much, and nothing where only a sentence changed', async () => {
  const put = (...matches: Match[]) => putFindings(db, new Map([[5, matches]]));
  assert.deepEqual(
    await put(match('A'), match('B', { severity: 'low' })),
    new Map([[5, { ...noFindings, high: 1, low: 1 }]]),
  );
  const fixed = match('A', { severity: 'critical', fixedVersion: '2', knownExploitedSince: '2026-01-01' });
  assert.equal(await isNews(db, new Map([[5, [fixed]]])), true);
  assert.deepEqual(
    await put(fixed),
    new Map([
      [5, { ...noFindings, high: -1, low: -1, critical: 1, fixable: 1, fixableCritical: 1, knownExploited: 1 }],
    ]),
  );
  assert.equal(await isNews(db, new Map([[5, [fixed]]])), false);
  assert.deepEqual(await put({ ...fixed, summary: 'told otherwise' }), new Map([[5, noFindings]]));
});

test('findings come back as they were, worst first', async () => {
  const matches = [
    match('D', { severity: 'low', score: 3.1 }),
    match('C', { severity: 'critical', aliases: ['CVE-1'] }),
  ];
  await putFindings(db, new Map([[10, matches]]));
  assert.deepEqual((await findingsOf(db, [10])).get(10), matches.toReversed());
});

test('packages are found by an id and by an alias', async () => {
  await putFindings(
    db,
    new Map([
      [20, [match('GHSA-x', { aliases: ['CVE-2026-1'] })]],
      [21, [match('CVE-2026-1')]],
    ]),
  );
  assert.deepEqual(await packagesWithAdvisory(db, 'CVE-2026-1'), [20, 21]);
  assert.deepEqual(await packagesWithAdvisory(db, 'GHSA-x'), [20]);
  assert.deepEqual(await packagesWithAdvisory(db, 'nothing'), []);
});

test('many packages at once are written in portions', async () => {
  const rows = Array.from({ length: 4500 }, (_, i): [number, Match[]] => [1000 + i, [match('MANY')]]);
  assert.equal((await putFindings(db, new Map(rows))).size, 4500);
  assert.equal((await packagesWithAdvisory(db, 'MANY')).length, 4500);
});
