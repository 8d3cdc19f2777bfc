import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { addDays } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { testDatabase } from '#testkit/database.ts';
import { reportsMigrations } from './migrations/index.ts';
import {
  currentReports,
  expiringReports,
  findReport,
  listReports,
  putReport,
  removeReport,
  type StoredReport,
  supersededReports,
} from './report-store.ts';

const db = await testDatabase(reportsMigrations);
after(() => db.destroy());
const start = new Date('2026-05-04T10:00:00Z');

function digestOf(character: string): Digest {
  return `sha256:${character.repeat(64)}`;
}

function reportOf(character: string, image: string, day: number, more: Partial<StoredReport> = {}) {
  const createdAt = addDays(start, day);
  return {
    digest: digestOf(character),
    imageDigest: digestOf(image),
    kind: 'vulnerability' as const,
    format: 'sarif',
    artifactType: 'application/sarif+json',
    contentDigest: digestOf('c'),
    contentSize: 10,
    signatureDigest: digestOf('5'),
    signature: {
      signedBy: 'CN=a',
      signedAt: createdAt,
      expiresAt: addDays(createdAt, 7),
      thumbprint: 'ff',
      developmentKey: true,
    },
    createdAt,
    validUntil: addDays(createdAt, 7),
    ...more,
  };
}

const digests = (reports: readonly StoredReport[]) => reports.map((report) => report.digest.at(-1)).join('');

test('a report supersedes the one before it of the same kind and format, and no other', async () => {
  await putReport(db, reportOf('1', 'a', 0), start);
  await putReport(db, reportOf('2', 'a', 0, { format: 'cyclonedx' }), start);
  await putReport(db, reportOf('3', 'a', 0, { format: 'malware-sarif', kind: 'malware' }), start);
  await putReport(db, reportOf('4', 'b', 0), start);
  await putReport(db, reportOf('5', 'a', 1), addDays(start, 1));
  assert.equal(digests(await currentReports(db, digestOf('a'))), '325');
  assert.equal(digests(await listReports(db, digestOf('a'))), '5321');
  assert.equal(digests(await currentReports(db, digestOf('b'))), '4');
  const [first] = await listReports(db, digestOf('a'));
  assert.deepEqual(first, { ...reportOf('5', 'a', 1), supersededAt: null });
  assert.deepEqual((await findReport(db, digestOf('1')))?.supersededAt, addDays(start, 1));
});

test('the same report may be put again, and an older one that comes late does not become current', async () => {
  await putReport(db, reportOf('5', 'a', 1), addDays(start, 2));
  await putReport(db, reportOf('6', 'a', 0.5), addDays(start, 2));
  assert.equal(digests(await currentReports(db, digestOf('a'))), '325');
});

test('of two reports of the same scan the one that was put last is current', async () => {
  await putReport(db, reportOf('8', 'd', 0), start);
  await putReport(db, reportOf('7', 'd', 0), start);
  assert.equal(digests(await currentReports(db, digestOf('d'))), '7');
  await putReport(db, reportOf('9', 'd', 0), start);
  assert.equal(digests(await currentReports(db, digestOf('d'))), '9');
});

test('in a transaction that fails the last good report stays', async () => {
  const failing = db.transaction().execute(async (trx) => {
    await putReport(trx, reportOf('7', 'a', 3), addDays(start, 3));
    throw new Error('the registry could not store it');
  });
  await assert.rejects(failing);
  assert.equal(digests(await currentReports(db, digestOf('a'))), '325');
});

test('current reports that end soon are found, soonest first; superseded ones are found to be pruned', async () => {
  assert.equal(digests(await expiringReports(db, addDays(start, 7.5))), '2349');
  assert.equal(digests(await expiringReports(db, addDays(start, 8.5))), '23495');
  assert.equal(digests(await supersededReports(db, addDays(start, 10))), '7816');
  await removeReport(db, digestOf('1'));
  assert.equal(await findReport(db, digestOf('1')), undefined);
});
