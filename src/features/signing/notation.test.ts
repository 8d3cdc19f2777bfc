import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseCertificate } from '#formats/crypto/certificate.ts';
import { type SignatureAlgorithm, signatureAlgorithms } from '#formats/crypto/signature-algorithm.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { addDays, systemClock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { createTestChain, type TestChain } from '#testkit/certificates.ts';
import { run, withoutPeers } from '#testkit/peers.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { createLocalKey } from './local-key.ts';
import { signManifest } from './sign.ts';
import type { SignedBlob, SignedManifest } from './signing.ts';
import { identityOf } from './trust.ts';
import { exportTrust, readTrust } from './trust-folder.ts';
import { verifySignature } from './verify.ts';

const skip = withoutPeers('notation');
const folder = await temporaryFolder();
after(() => folder[Symbol.asyncDispose]());

const SCOPE = 'registry.example.com/golden/app';
let names = 0;

function newFolder(): string {
  names += 1;
  return join(folder.path, String(names));
}

function blobOf(text: string, mediaType: string): SignedBlob {
  const bytes = Buffer.from(text);
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest, bytes, mediaType };
}

const empty = blobOf('{}', mediaTypes.empty);
const subject = blobOf(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    artifactType: 'application/sarif+json',
    config: { mediaType: empty.mediaType, digest: empty.digest, size: 2 },
    layers: [{ mediaType: empty.mediaType, digest: empty.digest, size: 2 }],
  }),
  mediaTypes.imageManifest,
);
const target = { mediaType: subject.mediaType, digest: subject.digest, size: subject.bytes.length };

async function writeLayout(signed: SignedManifest): Promise<string> {
  const layout = newFolder();
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  for (const { digest, bytes } of [empty, subject, signed.manifest, ...signed.blobs]) {
    await writeFile(join(layout, 'blobs', digest.replace(':', '/')), bytes);
  }
  const { annotations } = JSON.parse(Buffer.from(signed.manifest.bytes).toString());
  const { mediaType, digest, bytes } = signed.manifest;
  const manifests = [
    { ...target, annotations: { 'org.opencontainers.image.ref.name': 'v1' } },
    { mediaType, digest, size: bytes.length, artifactType: 'application/vnd.cncf.notary.signature', annotations },
  ];
  const index = { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests };
  await writeFile(join(layout, 'index.json'), JSON.stringify(index));
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return layout;
}

async function sign(made: TestChain): Promise<SignedManifest> {
  const key = createLocalKey({ ...made, isDevelopment: false }, new Date());
  const annotations = { 'assay.approved-by': 'ana' };
  return signManifest({ key, clock: systemClock }, { target, expiresAt: addDays(new Date(), 7), annotations });
}

async function exportFor(made: TestChain, into = newFolder()): Promise<string> {
  const certificates = made.chain.map(parseCertificate);
  const [leaf] = certificates;
  const identity = leaf && identityOf(leaf);
  await exportTrust(into, {
    name: 'assay',
    certificates: certificates.slice(-1),
    identities: identity ? [identity] : [],
    scopes: [SCOPE, 'registry.example.com/golden/other'],
  });
  return into;
}

async function notationAccepts(layout: string, config: string, ...more: readonly string[]): Promise<[boolean, string]> {
  const args = ['verify', '--oci-layout', `${layout}:v1`, '--scope', SCOPE, '-v', ...more];
  const env = { NOTATION_EXPERIMENTAL: '1', NOTATION_CONFIG: config, NOTATION_CACHE: join(folder.path, 'cache') };
  const { code, stdout, stderr } = await run('notation', args, { env });
  return [code === 0, `${stdout}\n${stderr}`];
}

function verifyOurs(signed: SignedManifest, config: string) {
  const envelope = signed.blobs[1]?.bytes ?? new Uint8Array();
  return readTrust(config).then((trust) =>
    verifySignature(
      trust,
      { repository: SCOPE, subject: target, manifest: signed.manifest.bytes, envelope },
      new Date(),
    ),
  );
}

for (const algorithm of Object.keys(signatureAlgorithms) as SignatureAlgorithm[]) {
  test(`notation accepts a ${algorithm} signature with the exported folder, metadata included`, { skip }, async () => {
    const made = await createTestChain({ algorithm, intermediates: algorithm === 'ES384' ? 2 : 0 });
    const signed = await sign(made);
    const config = await exportFor(made);
    const [accepted, said] = await notationAccepts(await writeLayout(signed), config, '-m', 'assay.approved-by=ana');
    assert.ok(accepted, said);
    assert.ok((await verifyOurs(signed, config)).valid);
  });
}

const subjects = [
  'C=ZZ,ST=Development,O=Assay development,CN=Assay development signer',
  'C=CH,ST=Zürich,L=Zürich,O=Example\\, Inc. "quoted" \\+ more\\;,OU=a=b,CN=back\\\\slash',
  'C=CH,ST=Bern,O=例え,CN=\\#hash \\<x\\>',
];

for (const subject of subjects) {
  test(`notation understands how the exported policy names ${subject}`, { skip }, async () => {
    const made = await createTestChain({ subject });
    const config = await exportFor(made);
    const policy = await readFile(join(config, 'trustpolicy.json'), 'utf8');
    assert.match(policy, /"x509\.subject: /);
    const [accepted, said] = await notationAccepts(await writeLayout(await sign(made)), config);
    assert.ok(accepted, `${policy}\n${said}`);
  });
}

const made = await createTestChain();
const signed = await sign(made);

test('notation refuses a changed byte, another subject and another trust store', { skip }, async () => {
  const config = await exportFor(made);
  const layout = await writeLayout(signed);
  const strangers = await exportFor(await createTestChain());
  assert.equal((await notationAccepts(layout, strangers))[0], false);

  const envelope = signed.blobs[1];
  assert.ok(envelope);
  const changed = JSON.parse(Buffer.from(envelope.bytes).toString());
  changed.payload = Buffer.from(JSON.stringify({ targetArtifact: { ...target, size: 1 } })).toString('base64url');
  await assertRefused(replaceEnvelope(JSON.stringify(changed)), config);

  const moved = JSON.parse(Buffer.from(signed.manifest.bytes).toString());
  const other = await signManifest(
    { key: createLocalKey({ ...made, isDevelopment: false }, new Date()), clock: systemClock },
    { target: { ...target, digest: `sha256:${'c'.repeat(64)}` } },
  );
  const stolen = JSON.parse(Buffer.from(other.manifest.bytes).toString());
  stolen.subject = moved.subject;
  await assertRefused({ ...other, manifest: blobOf(JSON.stringify(stolen), mediaTypes.imageManifest) }, config);
});

function replaceEnvelope(text: string): SignedManifest {
  const envelope = blobOf(text, 'application/jose+json');
  const manifest = JSON.parse(Buffer.from(signed.manifest.bytes).toString());
  manifest.layers = [{ mediaType: envelope.mediaType, digest: envelope.digest, size: envelope.bytes.length }];
  const [config] = signed.blobs;
  assert.ok(config);
  return { ...signed, manifest: blobOf(JSON.stringify(manifest), mediaTypes.imageManifest), blobs: [config, envelope] };
}

async function assertRefused(forged: SignedManifest, config: string): Promise<void> {
  const [accepted, said] = await notationAccepts(await writeLayout(forged), config);
  assert.equal(accepted, false, said);
  assert.equal((await verifyOurs(forged, config)).valid, false);
}

test('a second export replaces our certificates and leaves what others wrote', { skip }, async () => {
  const config = await exportFor(await createTestChain());
  const path = join(config, 'trustpolicy.json');
  const policy = JSON.parse(await readFile(path, 'utf8'));
  policy.trustPolicies.push({
    ...policy.trustPolicies[0],
    name: 'mine',
    registryScopes: ['registry.example.com/mine'],
    trustStores: ['ca:mine'],
  });
  await writeFile(path, JSON.stringify(policy));
  await exportFor(made, config);
  const names = JSON.parse(await readFile(path, 'utf8')).trustPolicies.map(
    (statement: { name: string }) => statement.name,
  );
  assert.deepEqual(names, ['mine', 'assay']);
  const [accepted, said] = await notationAccepts(await writeLayout(signed), config);
  assert.ok(accepted, said);
});
