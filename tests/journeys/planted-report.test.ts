import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ImageDetail } from '#model/api-images.ts';
import { alpineImage } from '#testkit/alpine-image.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { attach, pushBlob, pushImage, pushManifest } from '#testkit/push.ts';

const image = alpineImage({ about: 'looks cleaner than it is' });
const REPOSITORY = 'staging/vendor/agent';

/** What somebody attached before the push was judged. Of these only the bill of materials and the provenance are theirs to bring. */
const planted = {
  report: { artifactType: 'application/sarif+json', content: '{"version":"2.1.0","runs":[]}' },
  malwareReport: { artifactType: 'application/vnd.assay.malware.sarif+json', content: '{"version":"2.1.0","runs":[]}' },
  vulnerabilities: {
    artifactType: 'application/vnd.cyclonedx+json',
    content: '{"bomFormat":"CycloneDX","specVersion":"1.6","vulnerabilities":[]}',
  },
  lifecycle: { artifactType: 'application/vnd.microsoft.artifact.lifecycle', content: '{}' },
} as const;
const welcome = {
  billOfMaterials: {
    artifactType: 'application/vnd.cyclonedx+json',
    content: '{"bomFormat":"CycloneDX","specVersion":"1.6","components":[]}',
  },
  provenance: { artifactType: 'application/vnd.in-toto+json', content: '{"_type":"https://in-toto.io/Statement/v1"}' },
} as const;

describe('an image comes in with documents that somebody planted on it', () => {
  let assay: TestAssay;
  const digests = new Map<string, string>();

  before(async () => {
    assay = await startAssay();
    const target = { url: assay.url, person: assay.admin, repository: REPOSITORY };
    for (const blob of [...image.layers, image.config]) await pushBlob(target, blob);
    for (const [name, document] of Object.entries({ ...planted, ...welcome }))
      digests.set(name, await attach(target, image.manifest, document));
    await pushManifest(target, image.manifest, '2.1');
    assert.equal((await assay.api.waitForIntake(`${REPOSITORY}:2.1`)).status, 'cataloged');
    await assay.api.waitForIdle();
  });
  after(() => assay?.[Symbol.asyncDispose]());

  async function referrers(repository: string): Promise<string[]> {
    const answer = await fetch(`${assay.url}/v2/${repository}/referrers/${image.manifest.digest}`, {
      headers: { authorization: `Basic ${Buffer.from(`admin:${assay.admin.password}`).toString('base64')}` },
    });
    return ((await answer.json()) as { manifests: { digest: string }[] }).manifests.map(({ digest }) => digest);
  }

  test('the catalog carries what is theirs to bring, and of reports it shows ours only', async () => {
    const golden = await referrers('golden/vendor/agent');
    for (const name of Object.keys(planted)) assert.ok(!golden.includes(digests.get(name) ?? ''), name);
    for (const name of Object.keys(welcome)) assert.ok(golden.includes(digests.get(name) ?? ''), name);
    const detail = await assay.api.get<ImageDetail>(`/images/${image.manifest.digest}`);
    assert.equal(detail.reports.length, 3);
    for (const { digest, signature } of detail.reports) {
      assert.ok(golden.includes(digest));
      assert.equal(signature?.valid, true);
    }
  });

  test('a report pushed straight into the catalog is refused, to an administrator too', async () => {
    const target = { url: assay.url, person: assay.admin, repository: 'golden/vendor/agent' };
    for (const [name, document] of Object.entries(planted)) {
      if (name === 'vulnerabilities') continue;
      await assert.rejects(attach(target, image.manifest, document), /answered 403: .*written by Assay alone/, name);
    }
  });

  test('nor does one that is planted in staging later get through with the next push', async () => {
    const target = { url: assay.url, person: assay.admin, repository: REPOSITORY };
    const late = await attach(target, image.manifest, { ...planted.report, content: '{"version":"2.1.0"}' });
    await pushImage(target, image, '2.1.1');
    assert.equal((await assay.api.waitForIntake(`${REPOSITORY}:2.1.1`)).status, 'cataloged');
    assert.ok(!(await referrers('golden/vendor/agent')).includes(late));
  });
});
