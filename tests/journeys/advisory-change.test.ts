import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FindingPage, ImageDetail } from '#model/api-images.ts';
import { alpineImage } from '#testkit/alpine-image.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { osvRecord, writeOsvArchive } from '#testkit/osv-folder.ts';
import { pushImage } from '#testkit/push.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

const ECOSYSTEM = 'Alpine:v3.22';
const known = osvRecord('CVE-2026-0001', ECOSYSTEM, 'zlib', '1.0-r0');
const critical = { severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }] };
const touched = alpineImage({ about: 'touched', packages: { musl: '1.2.5-r10', openssl: '3.5.1-r0' } });
const untouched = alpineImage({ about: 'untouched', packages: { musl: '1.2.5-r10', openssl: '3.5.4-r0' } });

describe('an advisory changes', () => {
  let assay: TestAssay;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  before(async () => {
    folder = await temporaryFolder();
    await writeOsvArchive(folder.path, 'Alpine', [known]);
    assay = await startAssay({ env: { ASSAY_ADVISORIES: folder.path } });
    const target = { url: assay.url, person: assay.admin };
    await pushImage({ ...target, repository: 'staging/app/touched' }, touched, '1');
    await pushImage({ ...target, repository: 'staging/app/untouched' }, untouched, '1');
    for (const name of ['touched', 'untouched'])
      assert.equal((await assay.api.waitForIntake(`staging/app/${name}:1`)).status, 'cataloged');
    await assay.api.waitForIdle();
  });
  after(async () => {
    await assay?.[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  async function currentReports(image: typeof touched): Promise<string[]> {
    const { reports } = await assay.api.get<ImageDetail>(`/images/${image.manifest.digest}`);
    return reports.filter((report) => report.current).map((report) => report.digest);
  }

  async function refresh(...records: Parameters<typeof writeOsvArchive>[2]): Promise<void> {
    await writeOsvArchive(folder.path, 'Alpine', records);
    await assay.cli('advisories', 'refresh');
    await assay.api.waitForIdle();
  }

  test('only the images that hold the package get new reports, a new posture and a new verdict', async () => {
    const before = { touched: await currentReports(touched), untouched: await currentReports(untouched) };
    assert.equal(before.touched.length, 3);
    await refresh(known, osvRecord('CVE-2026-0002', ECOSYSTEM, 'openssl', '3.5.2-r0', critical));
    const after = { touched: await currentReports(touched), untouched: await currentReports(untouched) };
    assert.deepEqual(after.untouched, before.untouched);
    assert.equal(after.touched.length, 3);
    assert.ok(after.touched.every((digest) => !before.touched.includes(digest)));

    const { items } = await assay.api.get<FindingPage>(`/images/${touched.manifest.digest}/findings`);
    assert.deepEqual(
      items.map((finding) => [finding.id, finding.fixedVersion]),
      [['CVE-2026-0002', '3.5.2-r0']],
    );
    const image = await assay.api.get<ImageDetail>(`/images/${touched.manifest.digest}`);
    assert.equal(image.verdict?.outcome, 'fail');
    assert.equal(image.posture?.counts.critical, 1);
    for (const report of image.reports.filter((each) => each.current)) assert.equal(report.signature?.valid, true);
  });

  test('the report that was the last good one is still there while clients read it', async () => {
    const { reports } = await assay.api.get<ImageDetail>(`/images/${touched.manifest.digest}`);
    const outdated = reports.filter((report) => !report.current);
    assert.equal(outdated.length, 3);
    for (const { digest } of outdated) {
      const answer = await fetch(`${assay.url}/v2/golden/app/touched/manifests/${digest}`);
      assert.equal(answer.status, 200);
    }
  });

  test('a refresh with nothing new changes nothing', async () => {
    const before = await currentReports(touched);
    await refresh(known, osvRecord('CVE-2026-0002', ECOSYSTEM, 'openssl', '3.5.2-r0', critical));
    assert.deepEqual(await currentReports(touched), before);
  });

  test('an advisory that is withdrawn takes its finding with it', async () => {
    const withdrawn = { ...critical, withdrawn: '2026-02-01T00:00:00Z', modified: '2026-02-01T00:00:00Z' };
    await refresh(known, osvRecord('CVE-2026-0002', ECOSYSTEM, 'openssl', '3.5.2-r0', withdrawn));
    const image = await assay.api.get<ImageDetail>(`/images/${touched.manifest.digest}`);
    assert.deepEqual([image.verdict?.outcome, image.posture?.counts.critical], ['pass', 0]);
  });

  test('a source that breaks keeps what it had, and says so', async () => {
    await writeFile(join(folder.path, 'Alpine/all.zip'), 'no zip at all');
    await assay.cli('advisories', 'refresh');
    await assay.api.waitForIdle();
    const { items } = await assay.api.get<{ items: { lastError: string | null; advisories: number }[] }>(
      '/advisories/sources',
    );
    assert.match(items[0]?.lastError ?? '', /cannot|zip/);
    assert.ok((items[0]?.advisories ?? 0) > 0);
  });
});
