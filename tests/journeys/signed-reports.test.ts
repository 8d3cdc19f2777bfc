import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { buildIndex } from '#formats/layers/index.ts';
import type { ImageDetail } from '#model/api-images.ts';
import { alpineImage } from '#testkit/alpine-image.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { createTestChain } from '#testkit/certificates.ts';
import { type Outcome, run, succeed, withoutPeers } from '#testkit/peers.ts';
import { pushImage, pushManifest } from '#testkit/push.ts';
import { temporaryFolder } from '#testkit/temporary.ts';

const platforms = [
  alpineImage({ about: 'for amd64', platform: { os: 'linux', architecture: 'amd64' } }),
  alpineImage({ about: 'for arm64', platform: { os: 'linux', architecture: 'arm64' } }),
];
const index = buildIndex(platforms);
const ENTRY = 'golden/base/alpine';

interface Referrer {
  readonly digest: string;
  readonly artifactType: string;
  readonly referrers?: readonly Referrer[];
}

describe('a golden image carries signed reports', { skip: withoutPeers('notation', 'oras') }, () => {
  let assay: TestAssay;
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let report: string;

  before(async () => {
    folder = await temporaryFolder();
    assay = await startAssay();
    const target = { url: assay.url, person: assay.admin, repository: 'staging/base/alpine' };
    for (const platform of platforms) await pushImage(target, platform);
    await pushManifest(target, index, '3.22');
    assert.equal((await assay.api.waitForIntake('staging/base/alpine:3.22')).status, 'cataloged');
    await assay.api.waitForIdle();
    await assay.cli('trust', 'export', join(folder.path, 'trust'));
  });
  after(async () => {
    await assay?.[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const trust = () => join(folder.path, 'trust');
  const reference = (digest: string, host = assay.host) => `${host}/${ENTRY}@${digest}`;

  function notation(config: string, name: string): Promise<Outcome> {
    const env = { NOTATION_CONFIG: config, XDG_CONFIG_HOME: folder.path, HOME: folder.path };
    return run('notation', ['verify', '--insecure-registry', name], { env });
  }

  function refused({ code, stdout, stderr }: Outcome): void {
    assert.notEqual(code, 0, stdout);
    assert.doesNotMatch(stdout, /Successfully verified/, stderr);
  }

  test('oras shows image ← report ← signature, for the index and for each platform', async () => {
    for (const { digest } of [index, ...platforms.map((platform) => platform.manifest)]) {
      const tree = await succeed('oras', ['discover', '--plain-http', '--format', 'json', reference(digest)]);
      const { referrers = [] } = JSON.parse(tree) as { referrers?: Referrer[] };
      const types = referrers.map((each) => each.artifactType).sort();
      assert.deepEqual(types, [
        'application/sarif+json',
        'application/vnd.assay.malware.sarif+json',
        'application/vnd.cncf.notary.signature',
        'application/vnd.cyclonedx+json',
      ]);
      for (const each of referrers.filter(({ artifactType }) => !artifactType.includes('notary'))) {
        const signatures = each.referrers?.map(({ artifactType }) => artifactType);
        assert.deepEqual(signatures, ['application/vnd.cncf.notary.signature'], each.artifactType);
      }
      report = referrers.find(({ artifactType }) => artifactType === 'application/sarif+json')?.digest ?? '';
    }
  });

  test('notation accepts every report and every approved image, strictly', async () => {
    const policy = JSON.parse(await readFile(join(trust(), 'trustpolicy.json'), 'utf8')) as {
      trustPolicies: { signatureVerification: { level: string } }[];
    };
    assert.deepEqual(
      policy.trustPolicies.map((each) => each.signatureVerification.level),
      ['strict'],
    );
    const image = await assay.api.get<ImageDetail>(`/images/${index.digest}`);
    const digests = [
      index.digest,
      ...platforms.map((platform) => platform.manifest.digest),
      ...image.reports.map((each) => each.digest),
    ];
    for (const digest of digests) {
      const { code, stdout, stderr } = await notation(trust(), reference(digest));
      assert.equal(code, 0, `${digest}: ${stdout}${stderr}`);
    }
  });

  for (const [lie, title] of [
    ['report', 'a byte of the report is changed'],
    ['signature', 'a byte of the signature is changed'],
    ['subject', 'the signature was made for another subject'],
    ['nothing', 'nothing is changed: then it does not'],
  ] as const) {
    test(`notation refuses a report when ${title}`, async () => {
      await using liar = await startLiar(assay.url, lie, report);
      const config = join(folder.path, `trust-${lie}`);
      await assay.cli('trust', 'export', config, '--host', liar.host);
      const outcome = await notation(config, reference(liar.digest, liar.host));
      if (lie === 'nothing') assert.equal(outcome.code, 0, outcome.stderr);
      else refused(outcome);
    });
  }

  test('notation refuses everything when the trust store holds another authority', async () => {
    const other = join(folder.path, 'trust-other');
    const store = join(other, 'truststore/x509/ca/assay');
    await mkdir(store, { recursive: true });
    await copyFile(join(trust(), 'trustpolicy.json'), join(other, 'trustpolicy.json'));
    const { chain } = await createTestChain();
    const root = Buffer.from(chain.at(-1) ?? []).toString('base64');
    await writeFile(join(store, 'root.pem'), `-----BEGIN CERTIFICATE-----\n${root}\n-----END CERTIFICATE-----\n`);
    refused(await notation(other, reference(report)));
    for (const name of await readdir(store)) await rm(join(store, name));
    refused(await notation(other, reference(index.digest)));
  });

  test('the catalog itself verifies what it shows, and so does its command', async () => {
    const { reports } = await assay.api.get<ImageDetail>(`/images/${index.digest}`);
    for (const { signature } of reports) assert.equal(signature?.valid, true);
    const said = await assay.cli('verify', `${assay.host}/${ENTRY}:3.22`);
    assert.match(said, /✓|valid|verified/i);
  });
});

type Lie = 'nothing' | 'report' | 'signature' | 'subject';

interface Liar extends AsyncDisposable {
  readonly host: string;
  /** What to ask it for. */
  readonly digest: string;
}

/**
 * Passes everything on to the registry but for one lie: it serves a report with a changed byte under that report's
 * signature, a signature with a changed byte, or the signature of another report.
 */
async function startLiar(registry: string, lie: Lie, report: string): Promise<Liar> {
  const repository = `${registry}/v2/${ENTRY}`;
  const original = await fetch(`${repository}/manifests/${report}`);
  const forged = Buffer.from(
    (await original.text()).replace('"dev.assay.report.format":"sarif"', '"dev.assay.report.format":"SARIF"'),
  );
  const forgedDigest = `sha256:${createHash('sha256').update(forged).digest('hex')}`;
  const other = await otherReport(repository, report);

  async function answer(method: string, path: string): Promise<Response> {
    if (lie === 'report' && path.endsWith(`/manifests/${forgedDigest}`)) {
      const headers = {
        'content-type': original.headers.get('content-type') ?? '',
        'content-length': String(forged.length),
      };
      return new Response(method === 'HEAD' ? null : new Uint8Array(forged), {
        headers: { ...headers, 'docker-content-digest': forgedDigest },
      });
    }
    const signed = lie === 'subject' ? path.replace(`/referrers/${report}`, `/referrers/${other}`) : path;
    const passed = await fetch(registry + signed.replace(`/referrers/${forgedDigest}`, `/referrers/${report}`), {
      method,
    });
    if (lie !== 'signature' || !path.includes('/blobs/')) return passed;
    const bytes = Buffer.from(await passed.arrayBuffer());
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    return new Response(bytes, { status: passed.status, headers: passed.headers });
  }

  const server = createServer((request, response) => {
    void answer(request.method ?? 'GET', request.url ?? '/').then(async (given) => {
      response.writeHead(given.status, Object.fromEntries(given.headers)).end(Buffer.from(await given.arrayBuffer()));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    digest: lie === 'report' ? forgedDigest : report,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Another report of the same image. */
async function otherReport(repository: string, report: string): Promise<string> {
  const answer = await fetch(`${repository}/referrers/${index.digest}`);
  const { manifests } = (await answer.json()) as { manifests: Referrer[] };
  const found = manifests.find(({ digest, artifactType }) => digest !== report && /cyclonedx/.test(artifactType));
  assert.ok(found);
  return found.digest;
}
