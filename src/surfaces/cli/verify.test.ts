import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Command } from 'commander';
import { attachArtifact } from '#features/registry/index.ts';
import { createReportArtifact, reportFormats } from '#features/reports/index.ts';
import { describeTrust, exportTrust, signManifest } from '#features/signing/index.ts';
import { createLocalKey } from '#features/signing/local-key.ts';
import { parseCertificates } from '#formats/crypto/certificate.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { addDays, systemClock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { createTestChain } from '#testkit/certificates.ts';
import { run, succeed, withoutPeers } from '#testkit/peers.ts';
import { startRegistry } from '#testkit/registry.ts';
import { createReportInput } from '#testkit/report-input.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { verifyCommand } from './verify.ts';

const folder = await temporaryFolder();
const registry = await startRegistry({ anonymous: (action) => action !== 'push' && action !== 'delete' });
const REPOSITORY = 'golden/app';
const now = new Date();
const key = createLocalKey({ ...(await createTestChain({ now })), isDevelopment: true }, now);
const deps = { db: registry.db, blobs: registry.blobs, clock: systemClock };

type Subject = { readonly mediaType: string; readonly digest: Digest; readonly size: number };

async function putImage(tag: string): Promise<Subject> {
  const config = Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] }, tag }),
  );
  const digest = `sha256:${createHash('sha256').update(config).digest('hex')}` as const;
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.imageManifest,
      config: { mediaType: mediaTypes.imageConfig, digest, size: config.length },
      layers: [],
    }),
  );
  const put = await attachArtifact(deps, REPOSITORY, {
    manifest,
    mediaType: mediaTypes.imageManifest,
    blobs: [{ digest, bytes: config }],
    tags: [tag],
  });
  return { mediaType: mediaTypes.imageManifest, digest: put.digest, size: manifest.length };
}

async function sign(target: Subject): Promise<void> {
  const signed = await signManifest({ key, clock: systemClock }, { target, expiresAt: addDays(now, 7) });
  const { bytes, mediaType } = signed.manifest;
  await attachArtifact(deps, REPOSITORY, { manifest: bytes, mediaType, blobs: signed.blobs });
}

async function report(image: Subject): Promise<Subject[]> {
  const reports: Subject[] = [];
  for (const format of reportFormats) {
    const bytes = format.render(createReportInput({ image: { ...image, name: REPOSITORY } }));
    const validUntil = addDays(now, 7);
    const artifact = createReportArtifact({ subject: image, format, bytes, createdAt: now, validUntil });
    const { bytes: manifest, mediaType, digest } = artifact.manifest;
    await attachArtifact(deps, REPOSITORY, { manifest, mediaType, blobs: artifact.blobs });
    reports.push({ mediaType, digest, size: manifest.length });
  }
  return reports;
}

const answer = { ...describeTrust(key), registryHost: registry.host, repositories: [REPOSITORY] };
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
process.env.ASSAY_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const trust = join(folder.path, 'trust');
await exportTrust(trust, {
  name: 'assay',
  certificates: answer.roots.flatMap((pem) => parseCertificates(Buffer.from(pem))),
  identities: answer.identities,
  scopes: [`${registry.host}/${REPOSITORY}`],
});
after(async () => {
  server.close();
  await registry[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** The exit code that the command asks for. */
async function verify(...args: readonly string[]): Promise<number> {
  const command = new Command('verify');
  verifyCommand.configure(command);
  process.exitCode = 0;
  await command.exitOverride().parseAsync([...args, '--json'], { from: 'user' });
  const code = Number(process.exitCode);
  process.exitCode = 0;
  return code;
}

const approved = await putImage('approved');
await sign(approved);
const reports = await report(approved);
for (const each of reports) await sign(each);
const unsigned = await putImage('unsigned');

test("an approved image with signed reports is valid by the server's word and by an exported folder", async () => {
  assert.equal(await verify(`${REPOSITORY}:approved`), 0);
  assert.equal(await verify(`${registry.host}/${REPOSITORY}@${approved.digest}`, '--trust', trust), 0);
});

test('a report can be verified by itself', async () => {
  assert.equal(await verify(`${REPOSITORY}@${reports[0]?.digest}`), 0);
});

test('an image that nobody signed ends with 1, one of another registry needs a folder', async () => {
  assert.equal(await verify(`${REPOSITORY}:unsigned`), 1);
  assert.equal(unsigned.size > 0, true);
  await assert.rejects(verify('other.example.com/golden/app:1'), { code: 'invalid-input', message: /--trust/ });
});

test('notation accepts image and reports over HTTP, and not what is unsigned', {
  skip: withoutPeers('notation'),
}, async () => {
  const env = { NOTATION_CONFIG: trust, NOTATION_CACHE: join(folder.path, 'cache') };
  const notation = (digest: string) =>
    run('notation', ['verify', '--insecure-registry', `${registry.host}/${REPOSITORY}@${digest}`], { env });
  for (const { digest } of [approved, ...reports]) {
    const { code, stdout, stderr } = await notation(digest);
    assert.equal(code, 0, stdout + stderr);
  }
  assert.notEqual((await notation(unsigned.digest)).code, 0);
});

test('oras discovers image, report and signature as a tree', { skip: withoutPeers('oras') }, async () => {
  const reference = `${registry.host}/${REPOSITORY}@${approved.digest}`;
  const said = await succeed('oras', ['discover', '--plain-http', '--format', 'tree', reference]);
  assert.equal(said.match(/application\/vnd\.cncf\.notary\.signature/g)?.length, 4, said);
  for (const { artifactType } of reportFormats) assert.ok(said.includes(artifactType), said);
});
