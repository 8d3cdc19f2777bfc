import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { osvRecord, writeOsvArchive } from '#testkit/osv-folder.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { openAdvisoryFolder } from './advisory-folder.ts';

const musl = osvRecord('ALPINE-CVE-1', 'Alpine:v3.20', 'musl', '1.2.5-r1');
const lodash = osvRecord('GHSA-1', 'npm', 'lodash', '4.17.21');

test('records are found by package, in archives and among loose files', async () => {
  await using folder = await temporaryFolder();
  await writeOsvArchive(folder.path, 'Alpine', [musl, osvRecord('ALPINE-CVE-2', 'Alpine:v3.20', 'zlib', '1')]);
  await mkdir(join(folder.path, 'npm'));
  await writeFile(join(folder.path, 'npm', 'GHSA-1.json'), JSON.stringify(lodash));
  const index = await openAdvisoryFolder(folder.path);
  const found = await index.find([
    { ecosystem: 'Alpine', name: 'musl' },
    { ecosystem: 'npm', name: 'lodash' },
    { ecosystem: 'npm', name: 'musl' },
    { ecosystem: 'PyPI', name: 'lodash' },
  ]);
  assert.deepEqual(found.map((entry) => entry.advisory.id).sort(), ['ALPINE-CVE-1', 'GHSA-1']);
  assert.deepEqual(index.problems, []);
  const sources = await index.describe();
  assert.deepEqual(sources.map((entry) => entry.source).sort(), ['Alpine', 'npm']);
});

test('records of other releases are left out only where releases are compared as text', async () => {
  await using folder = await temporaryFolder();
  await writeOsvArchive(folder.path, 'Alpine', [musl, osvRecord('ALPINE-CVE-3', 'Alpine:v3.19', 'musl', '1')]);
  await writeOsvArchive(folder.path, 'Red Hat', [osvRecord('RHSA-1', 'Red Hat:enterprise_linux:9::baseos', 'x', '1')]);
  await writeOsvArchive(folder.path, 'npm', [lodash]);
  const index = await openAdvisoryFolder(folder.path);
  const keys = [
    { ecosystem: 'Alpine', name: 'musl' },
    { ecosystem: 'Red Hat', name: 'x' },
    { ecosystem: 'npm', name: 'lodash' },
  ];
  const ids = async (...releases: string[]) =>
    (await index.find(keys, new Set(releases))).map((entry) => entry.advisory.id).sort();
  assert.deepEqual(await ids('Alpine:v3.20', 'Red Hat:enterprise_linux:9', 'npm'), [
    'ALPINE-CVE-1',
    'GHSA-1',
    'RHSA-1',
  ]);
  assert.deepEqual(await ids('Alpine:v3.2'), ['GHSA-1', 'RHSA-1']);
  assert.equal((await index.find(keys)).length, 4, 'without releases all are given');
});

test('a release is covered when any record speaks of it', async () => {
  await using folder = await temporaryFolder();
  await writeOsvArchive(folder.path, 'Alpine', [musl]);
  await writeOsvArchive(folder.path, 'Red Hat', [osvRecord('RHSA-1', 'Red Hat:enterprise_linux:9::baseos', 'x', '1')]);
  const index = await openAdvisoryFolder(folder.path);
  assert.equal(await index.covers('Alpine:v3.20'), true);
  assert.equal(await index.covers('Alpine:v3.2'), false);
  assert.equal(await index.covers('Red Hat:enterprise_linux:9'), true);
  assert.equal(await index.covers('Red Hat:enterprise_linux:8'), false);
  assert.equal(await index.covers('npm'), false);
});

test('the place where osv-scanner keeps its archives is a folder too', async () => {
  await using folder = await temporaryFolder();
  await writeOsvArchive(join(folder.path, 'osv-scanner'), 'npm', [lodash]);
  const index = await openAdvisoryFolder(folder.path);
  assert.equal((await index.find([{ ecosystem: 'npm', name: 'lodash' }])).length, 1);
});

test('a damaged archive is a problem, and the others are read', async () => {
  await using folder = await temporaryFolder();
  await writeOsvArchive(folder.path, 'npm', [lodash]);
  await mkdir(join(folder.path, 'Alpine'));
  await writeFile(join(folder.path, 'Alpine', 'all.zip'), 'not a zip');
  const index = await openAdvisoryFolder(folder.path);
  const found = await index.find([
    { ecosystem: 'Alpine', name: 'musl' },
    { ecosystem: 'npm', name: 'lodash' },
  ]);
  assert.equal(found.length, 1);
  assert.equal(index.problems[0]?.code, 'advisories-damaged');
});

test('a folder that is not there is refused', async () => {
  await assert.rejects(openAdvisoryFolder('/nonexistent/advisories'), /cannot read advisories from/);
});
