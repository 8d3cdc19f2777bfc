import assert from 'node:assert/strict';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { type OsvRecord, osvRecord, writeOsvArchive } from '#testkit/osv-folder.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import {
  advisoriesMigrations,
  databaseIndex,
  getAdvisory,
  type ImportDeps,
  type ImportResult,
  importSource,
  isReady,
  listSources,
  matchPackages,
  registerSource,
  takeChangedKeys,
} from './index.ts';

let db: Database;
before(async () => {
  db = await testDatabase(advisoriesMigrations);
});
after(() => db.destroy());

let minutes = 0;
const clock = { now: () => new Date(Date.UTC(2026, 0, 1, 0, minutes)) };

const http = { request: () => Promise.reject(new Error('no network')) };

function deps(): ImportDeps {
  return { db, clock, http };
}

/** Writes the records as the folder's npm archive, with a time of its own. */
async function publish(location: string, records: readonly OsvRecord[]): Promise<void> {
  const path = await writeOsvArchive(location, 'npm', records);
  minutes += 1;
  await utimes(path, clock.now(), clock.now());
}

function counts({ added, updated, removed, unchanged }: ImportResult): string {
  return `+${added} ~${updated} -${removed} =${unchanged}`;
}

function npm(name: string, version: string) {
  return { ecosystem: 'npm', name, version, sourceName: null, sourceVersion: null, module: null };
}

test('a folder is imported, then only what changed is written, and what is gone is removed', async () => {
  await using place = await temporaryFolder();
  const source = { id: 'first', location: place.path };
  const [a, b, c] = ['a', 'b', 'c'].map((name) => osvRecord(`GHSA-${name}`, 'npm', name, '2.0.0'));
  assert.ok(a && b && c);
  await publish(place.path, [a, b]);
  const first = await importSource(deps(), source);
  assert.equal(counts(first), '+2 ~0 -0 =0');
  assert.deepEqual(first.changed.map((key) => key.name).sort(), ['a', 'b']);

  assert.equal(counts(await importSource(deps(), source)), '+0 ~0 -0 =0');

  await takeChangedKeys(db, 100);
  const fixedLater = osvRecord('GHSA-a', 'npm', 'a', '3.0.0');
  await publish(place.path, [fixedLater, c]);
  const second = await importSource(deps(), source);
  assert.equal(counts(second), '+1 ~1 -1 =0');
  assert.deepEqual(second.changed.map((key) => key.name).sort(), ['a', 'b', 'c']);
  assert.deepEqual((await takeChangedKeys(db, 2)).length, 2);
  assert.deepEqual((await takeChangedKeys(db, 2)).length, 1);

  const matches = await matchPackages(databaseIndex(db), [npm('a', '2.5.0'), npm('b', '1.0.0'), npm('c', '1.0.0')]);
  assert.deepEqual(
    matches.map((list) => list.map((match) => match.fixedVersion)),
    [['3.0.0'], [], ['2.0.0']],
  );
});

test('a failed refresh keeps what was there and is not called good', async () => {
  await using place = await temporaryFolder();
  const source = { id: 'failing', location: place.path };
  await publish(place.path, [osvRecord('GHSA-k', 'npm', 'kept', '2.0.0')]);
  await importSource(deps(), source);
  await writeFile(join(place.path, 'npm', 'all.zip'), 'cut off');
  const result = await importSource(deps(), source);
  assert.match(result.error ?? '', /cannot read the zip archive/);
  assert.equal(result.removed, 0);
  const row = (await listSources(db, clock.now())).find((entry) => entry.id === 'failing');
  assert.equal(row?.state, 'failed');
  assert.equal(row?.advisories, 1);
  assert.match(row?.lastError ?? '', /cannot read the zip archive/);
  const [matches] = await matchPackages(databaseIndex(db), [npm('kept', '1.0.0')]);
  assert.equal(matches?.length, 1);
});

test('a record that cannot be read spoils the refresh, not the other records', async () => {
  await using place = await temporaryFolder();
  const source = { id: 'partly', location: place.path };
  await publish(place.path, [osvRecord('GHSA-p', 'npm', 'partly', '2.0.0')]);
  await importSource(deps(), source);
  await publish(place.path, [osvRecord('GHSA-q', 'npm', 'other', '2.0.0'), { id: 'GHSA-r', affected: 'nonsense' }]);
  const result = await importSource(deps(), source);
  assert.equal(counts(result), '+1 ~0 -0 =0');
  assert.match(result.error ?? '', /GHSA-r/);
  await publish(place.path, [osvRecord('GHSA-q', 'npm', 'other', '2.0.0')]);
  assert.equal(counts(await importSource(deps(), source)), '+0 ~0 -1 =1');
});

test('verdicts wait until the first import has ended, well or not', async () => {
  assert.equal(await isReady(db), true);
  await registerSource(db, { id: 'new', location: '/nonexistent' });
  assert.equal(await isReady(db), false);
  const result = await importSource(deps(), { id: 'new', location: '/nonexistent' });
  assert.match(result.error ?? '', /cannot read advisories/);
  assert.equal(await isReady(db), true);
});

test('what strangers write into texts is stored', async () => {
  await using place = await temporaryFolder();
  const record = osvRecord('GHSA-odd', 'npm', 'odd', null, {
    summary: 'nul \u0000 and half \ud800 a pair',
    details: 'nul \u0000',
    aliases: ['CVE-\u0000'],
  });
  await publish(place.path, [record]);
  const result = await importSource(deps(), { id: 'odd', location: place.path });
  assert.equal(result.error, null);
  assert.equal((await getAdvisory(db, 'GHSA-odd')).summary, 'nul \uFFFD and half \uFFFD a pair');
});

test('an advisory is shown by its id and by an alias', async () => {
  await using place = await temporaryFolder();
  const record = osvRecord('GHSA-shown', 'npm', 'shown', '2.0.0', {
    aliases: ['CVE-2026-77'],
    details: 'At length.',
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
  });
  await publish(place.path, [record]);
  await importSource(deps(), { id: 'shown', location: place.path });
  const advisory = await getAdvisory(db, 'CVE-2026-77');
  assert.equal(advisory.id, 'GHSA-shown');
  assert.equal(advisory.severity, 'high');
  assert.equal(advisory.details, 'At length.');
  await assert.rejects(getAdvisory(db, 'CVE-1999-1'), /no source has it/);
});

test('a release is covered when a record speaks of it', async () => {
  await using place = await temporaryFolder();
  await publish(place.path, [osvRecord('RHSA-1', 'Red Hat:enterprise_linux:9::baseos', 'x', '1')]);
  await importSource(deps(), { id: 'redhat', location: place.path });
  const index = databaseIndex(db);
  assert.equal(await index.covers('npm'), true);
  assert.equal(await index.covers('Red Hat:enterprise_linux:9'), true);
  assert.equal(await index.covers('Red Hat:enterprise_linux:8'), false);
});
