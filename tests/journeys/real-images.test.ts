import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildLayer } from '#formats/layers/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { EntryPage } from '#model/api-entries.ts';
import type { FindingPage, ImageDetail, PackagePage } from '#model/api-images.ts';
import type { IntakeDetail } from '#model/api-intake.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { type Docker, startDocker } from '#testkit/docker.ts';
import { succeed, testData, withoutData, withoutPeers } from '#testkit/peers.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

const KEV = 'kev/known_exploited_vulnerabilities.json';
const ENDS = 'eol/products-full.json';
const images = {
  alpine: 'images/alpine-3.20.3.oci.tar',
  debian: 'images/debian-10-nginx.docker.tar',
  node: 'images/node-app-npm.oci.tar',
  almalinux: 'images/almalinux-9.3-micro-arm64.oci.tar',
} as const;
const absent =
  withoutPeers('dockerd', 'docker', 'skopeo') || withoutData('advisories', KEV, ENDS, ...Object.values(images));

describe('real images come in by real clients', { skip: absent }, () => {
  let assay: TestAssay;
  let docker: Docker;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;

  before(async () => {
    folder = await temporaryFolder();
    [assay, docker] = await Promise.all([
      startAssay({
        env: { ASSAY_ADVISORIES: testData('advisories'), ASSAY_KEV: testData(KEV), ASSAY_EOL: testData(ENDS) },
      }),
      startDocker(),
    ]);
  });
  after(async () => {
    await docker?.[Symbol.asyncDispose]();
    await assay?.[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  /** Pushes what a source of skopeo's names, and waits for the verdict. */
  async function take(source: string, reference: string): Promise<IntakeDetail> {
    await succeed('skopeo', [
      ...['--insecure-policy', 'copy', '--all', '--dest-tls-verify=false'],
      ...[`--dest-creds=${assay.admin.name}:${assay.admin.password}`, source, `docker://${assay.host}/${reference}`],
    ]);
    return assay.api.waitForIntake(reference);
  }

  const image = (digest: string) => assay.api.get<ImageDetail>(`/images/${digest}`);
  const entries = (query: string) => assay.api.get<EntryPage>(`/entries?q=${encodeURIComponent(query)}`);
  const failed = ({ verdict }: IntakeDetail) =>
    verdict?.results.filter((result) => result.outcome === 'fail').map((result) => result.rule);

  async function expectReports(digest: string): Promise<void> {
    await assay.api.waitForIdle();
    const current = (await image(digest)).reports.filter((report) => report.current);
    assert.deepEqual(current.map((report) => report.format).sort(), ['cyclonedx', 'malware-sarif', 'sarif']);
    for (const { signature } of current) assert.equal(signature?.valid, true);
  }

  test('docker logs in, pushes, and pulls what became golden', async () => {
    const { host, admin } = assay;
    const tar = join(folder.path, 'files.tar');
    await writeFile(tar, buildLayer({ 'etc/os-release': 'ID=alpine\nVERSION_ID=3.22.1\n' }, 'none').bytes);
    const staged = `${host}/staging/team/tool:1`;
    const login = await docker.run(['login', '-u', admin.name, '--password-stdin', host], { input: admin.password });
    assert.equal(login.code, 0, login.stderr);
    for (const words of [
      ['import', tar, staged],
      ['push', staged],
    ]) {
      const { code, stderr } = await docker.run(words);
      assert.equal(code, 0, stderr);
    }
    const intake = await assay.api.waitForIntake('staging/team/tool:1');
    assert.equal(intake.status, 'cataloged', intake.summary);
    for (const reference of [`${host}/golden/team/tool:1`, `${host}/golden/team/tool@${intake.digest}`]) {
      const { code, stderr } = await docker.run(['pull', reference]);
      assert.equal(code, 0, stderr);
    }
    assert.equal((await docker.run(['logout', host])).code, 0);
    const anonymous = await docker.run(['push', staged]);
    assert.notEqual(anonymous.code, 0, 'nobody pushes without logging in');
    await expectReports(intake.digest);
  });

  test('an Alpine past its end is rejected for that reason, and cataloged when a curator accepts it', async () => {
    const reference = 'staging/base/alpine:3.20.3';
    const intake = await take(`oci-archive:${testData(images.alpine)}`, reference);
    assert.equal(intake.status, 'rejected');
    assert.match(intake.summary, /Alpine Linux 3\.20 ended on 1 Apr 2026/);
    assert.deepEqual(failed(intake), ['support-window']);
    assert.deepEqual(intake.platforms.map(({ platform }) => platform).sort(), ['linux/amd64', 'linux/arm64']);

    await assay.cli('intake', 'approve', reference, '--reason', 'One migration needs it until December');
    const accepted = await assay.api.waitForIntake(reference);
    assert.equal(accepted.status, 'cataloged');
    const support = accepted.verdict?.results.find((result) => result.rule === 'support-window');
    assert.equal(support?.outcome, 'accepted');
    const { items } = await entries('alpine');
    assert.deepEqual(
      items.map((entry) => [entry.repository, entry.recommended?.tag, entry.recommended?.window.endOfLife]),
      [['golden/base/alpine', '3.20.3', '2026-04-01']],
    );
    for (const digest of [intake.digest, ...intake.platforms.map((each) => each.digest)]) await expectReports(digest);
    const packages = await assay.cli('images', 'packages', `golden/base/alpine@${intake.platforms[0]?.digest}`);
    assert.match(packages, /musl\s+1\.2\.5-r0/);
  });

  test('a reduced Debian 10 gives its packages, and is rejected because its end has passed', async () => {
    const layout = await layoutOfReduced(testData(images.debian), join(folder.path, 'debian'));
    const intake = await take(`oci:${layout}:latest`, 'staging/web/nginx:buster');
    assert.equal(intake.status, 'rejected');
    assert.ok(failed(intake)?.includes('support-window'), intake.summary);
    const reasons = intake.verdict?.results.flatMap((result) => result.reasons).join(' ') ?? '';
    assert.match(reasons, /Debian.* 10 .*ended on/);
    const { items } = await assay.api.get<PackagePage>(`/images/${intake.digest}/packages?limit=200`);
    assert.ok(
      items.some((item) => item.ecosystem === 'Debian:10'),
      items.map((item) => item.ecosystem).join(),
    );
    await expectReports(intake.digest);
  });

  test('a Node.js application gives findings in its modules', async () => {
    const intake = await take(`oci-archive:${testData(images.node)}`, 'staging/web/application:1');
    assert.equal(intake.status, 'rejected');
    assert.match(intake.summary, /Alpine Linux 3\.19 ended on 1 Nov 2025/);
    const { items } = await assay.api.get<FindingPage>(`/images/${intake.digest}/findings?limit=200`);
    assert.ok(items.length > 0);
    for (const finding of items) assert.equal(finding.package.ecosystem, 'npm');
    await expectReports(intake.digest);
  });

  test('an AlmaLinux has its 29 findings, and is refused for the one that is known to be exploited', async () => {
    const intake = await take(`oci-archive:${testData(images.almalinux)}`, 'staging/base/almalinux:9.3');
    assert.equal(intake.status, 'rejected');
    assert.deepEqual(failed(intake), ['vulnerabilities']);
    assert.match(intake.summary, /known to be exploited since/);
    assert.deepEqual(
      intake.platforms.map(({ platform }) => platform),
      ['linux/arm64'],
    );
    const { items } = await assay.api.get<FindingPage>(`/images/${intake.digest}/findings?limit=200`);
    const found = items.flatMap((finding) => finding.locations.map(() => finding.id));
    assert.ok(found.length >= items.length);
    assert.equal(items.length, 29);
    await assay.cli(
      'intake',
      'approve',
      'staging/base/almalinux:9.3',
      '--reason',
      'The fix follows next week, ticket 7',
    );
    const { items: rows } = await entries('almalinux');
    const { knownExploited, accepted } = rows[0]?.recommended?.posture ?? {};
    assert.deepEqual([knownExploited, accepted], [0, 1], 'what is accepted does not count, and is shown as accepted');
    await expectReports(intake.digest);
  });

  test('what came in is found by package and by advisory', async () => {
    for (const query of ['package:musl', 'cve:CVE-2020-11023']) {
      const { items } = await entries(query);
      assert.ok(items.length > 0, query);
    }
  });
});

/** An OCI layout of what is left of a reduced `docker save` archive, which skopeo itself refuses. */
async function layoutOfReduced(archive: string, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await succeed('tar', ['-xf', archive, '-C', folder]);
  const [saved] = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
    Config: string;
    Layers: string[];
  }[];
  assert.ok(saved);
  const layout = join(folder, 'layout');
  const put = async (bytes: Uint8Array, mediaType: string) => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    const path = join(layout, 'blobs/sha256', hex);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    return { mediaType, digest: `sha256:${hex}`, size: bytes.length };
  };
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const layers = await Promise.all(
    saved.Layers.map(async (name) => put(await readFile(join(folder, name)), mediaTypes.layerTar)),
  );
  const { history: _, ...config } = JSON.parse(await readFile(join(folder, saved.Config), 'utf8')) as {
    history: unknown;
  };
  const rootfs = { type: 'layers', diff_ids: layers.map((layer) => layer.digest) };
  const manifest = await put(
    json({
      schemaVersion: 2,
      mediaType: mediaTypes.imageManifest,
      config: await put(json({ ...config, rootfs }), mediaTypes.imageConfig),
      layers,
    }),
    mediaTypes.imageManifest,
  );
  const annotations = { 'org.opencontainers.image.ref.name': 'latest' };
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests: [{ ...manifest, annotations }] };
  await writeFile(join(layout, 'index.json'), json(index));
  return layout;
}
