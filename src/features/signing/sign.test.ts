import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parseManifest } from '#formats/oci/manifest.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { createTestChain } from '#testkit/certificates.ts';
import { jws } from './envelopes/jws.ts';
import { createLocalKey } from './local-key.ts';
import { signManifest } from './sign.ts';
import { CREATED_ANNOTATION, THUMBPRINT_ANNOTATION } from './signing.ts';

const now = new Date('2026-05-04T10:20:30.400Z');
const clock = { now: () => now };
const made = await createTestChain({ now });
const key = createLocalKey({ ...made, isDevelopment: false }, now);
const target = { mediaType: mediaTypes.imageManifest, digest: `sha256:${'a'.repeat(64)}`, size: 123 } as const;

test('a signature manifest has the shape of notation 1.x and refers to the target', async () => {
  const signed = await signManifest({ key, clock }, { target });
  const manifest = parseManifest(signed.manifest.bytes, mediaTypes.imageManifest);
  assert.equal(manifest.artifactType, 'application/vnd.cncf.notary.signature');
  assert.equal('artifactType' in JSON.parse(Buffer.from(signed.manifest.bytes).toString()), false);
  assert.deepEqual(manifest.subject, target);
  assert.equal(manifest.annotations[CREATED_ANNOTATION], '2026-05-04T10:20:30Z');
  assert.equal(JSON.parse(manifest.annotations[THUMBPRINT_ANNOTATION] ?? '').length, 2);
  assert.ok(manifest.kind === 'artifact');
  assert.deepEqual(
    [manifest.config, ...manifest.layers].map((descriptor) => [
      descriptor.mediaType,
      descriptor.digest,
      descriptor.size,
    ]),
    signed.blobs.map((blob) => [blob.mediaType, blob.digest, blob.bytes.length]),
  );
  for (const { digest, bytes } of [signed.manifest, ...signed.blobs]) {
    assert.equal(digest, `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  }
});

test('the payload holds the target with the metadata, and the envelope its expiry', async () => {
  const expiresAt = new Date('2026-06-01T00:00:00.999Z');
  const signed = await signManifest({ key, clock }, { target, expiresAt, annotations: { 'assay.approved-by': 'ana' } });
  const envelope = jws.open(signed.blobs[1]?.bytes ?? new Uint8Array());
  assert.deepEqual(JSON.parse(Buffer.from(envelope.payload).toString()), {
    targetArtifact: { ...target, annotations: { 'assay.approved-by': 'ana' } },
  });
  assert.equal(envelope.expiry?.toISOString(), '2026-06-01T00:00:00.000Z');
  assert.equal(signed.facts.signedBy, 'CN=Test signer,O=Example,ST=Bern,C=CH');
});

test('an expiry in the past, reserved metadata and an expired certificate are refused', async () => {
  await assert.rejects(signManifest({ key, clock }, { target, expiresAt: now }), { code: 'invalid-input' });
  const annotations = { 'io.cncf.notary.x': '1' };
  await assert.rejects(signManifest({ key, clock }, { target, annotations }), { code: 'invalid-input' });
  const later = { now: () => new Date('2027-05-04T00:00:00Z') };
  await assert.rejects(signManifest({ key, clock: later }, { target }), { code: 'unavailable', message: /valid from/ });
});

test('a signature that the certificate refuses is never returned', async () => {
  const liar = { ...key, sign: async () => new Uint8Array(64) };
  await assert.rejects(signManifest({ key: liar, clock }, { target }), { code: 'internal' });
});
