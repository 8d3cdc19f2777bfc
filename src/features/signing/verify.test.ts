import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parseCertificate } from '#formats/crypto/certificate.ts';
import { parseNameText } from '#formats/crypto/distinguished-name.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { addDays } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { createTestChain, type TestChainOptions } from '#testkit/certificates.ts';
import { createLocalKey } from './local-key.ts';
import { signManifest } from './sign.ts';
import { THUMBPRINT_ANNOTATION } from './signing.ts';
import { type Trust, trustAuthority } from './trust.ts';
import { parseTrustPolicy } from './trust-policy.ts';
import type { SignatureToVerify, Verification } from './verification.ts';
import { verifySignature } from './verify.ts';

const now = new Date('2026-05-04T10:20:30Z');
const clock = { now: () => now };
const repository = 'registry.example.com/golden/app';
const subject = { mediaType: mediaTypes.imageManifest, digest: `sha256:${'a'.repeat(64)}` as Digest, size: 321 };

async function sign(options: TestChainOptions = {}) {
  const made = await createTestChain({ now, intermediates: 1, ...options });
  const key = createLocalKey({ ...made, isDevelopment: false }, now);
  const annotations = { 'assay.approved-by': 'ana' };
  const signed = await signManifest({ key, clock }, { target: subject, expiresAt: addDays(now, 7), annotations });
  const signature: SignatureToVerify = {
    repository,
    subject,
    manifest: signed.manifest.bytes,
    envelope: signed.blobs[1]?.bytes ?? new Uint8Array(),
  };
  return { signature, chain: made.chain.map(parseCertificate) };
}

const { signature, chain } = await sign();
const root = chain.slice(-1);

function trustIn(
  certificates = root,
  identities: readonly string[] = [],
  scopes: readonly string[] = [repository],
): Trust {
  return trustAuthority({ name: 'assay', certificates, identities, scopes });
}

function failures(verification: Verification): string[] {
  return verification.checks.filter((check) => check.outcome === 'failed').map((check) => check.name);
}

function withManifest(change: (manifest: Record<string, unknown>) => void): SignatureToVerify {
  const manifest = JSON.parse(Buffer.from(signature.manifest).toString());
  change(manifest);
  return { ...signature, manifest: Buffer.from(JSON.stringify(manifest)) };
}

function withEnvelope(change: (envelope: Record<string, unknown>) => void): SignatureToVerify {
  const parsed = JSON.parse(Buffer.from(signature.envelope).toString());
  change(parsed);
  const envelope = Buffer.from(JSON.stringify(parsed));
  const digest = `sha256:${createHash('sha256').update(envelope).digest('hex')}`;
  const changed = withManifest((manifest) => {
    manifest.layers = [{ mediaType: 'application/jose+json', digest, size: envelope.length }];
  });
  return { ...changed, envelope };
}

test('a signature by a trusted authority passes every check and says who, when and until when', () => {
  const verification = verifySignature(trustIn(), signature, now);
  assert.deepEqual(
    verification.checks.map(({ name, outcome }) => `${name} ${outcome}`),
    [
      'policy passed',
      'manifest passed',
      'integrity passed',
      'certificates passed',
      'subject passed',
      'authenticity passed',
      'expiry passed',
      'timestamp passed',
      'revocation passed',
    ],
  );
  assert.equal(verification.valid, true);
  assert.equal(verification.signedBy, 'CN=Test signer,O=Example,ST=Bern,C=CH');
  assert.deepEqual(verification.signedAt, now);
  assert.deepEqual(verification.expiresAt, addDays(now, 7));
  assert.deepEqual(verification.metadata, { 'assay.approved-by': 'ana' });
});

test('the newer manifest shape is read as well', () => {
  const changed = withManifest((manifest) => {
    manifest.artifactType = 'application/vnd.cncf.notary.signature';
    manifest.config = { ...(manifest.config as object), mediaType: mediaTypes.empty };
  });
  assert.equal(verifySignature(trustIn(), changed, now).valid, true);
});

test('an intermediate or the leaf itself may be what is trusted', () => {
  for (const certificate of chain) assert.ok(verifySignature(trustIn([certificate]), signature, now).valid);
});

test('the signer must be one of the trusted identities', () => {
  const ours = 'x509.subject: C=CH, ST=Bern, O=Example';
  assert.ok(verifySignature(trustIn(root, [ours]), signature, now).valid);
  const other = verifySignature(trustIn(root, ['x509.subject: C=CH, ST=Bern, O=Other']), signature, now);
  assert.deepEqual(failures(other), ['authenticity']);
});

test('a subject that is ambiguous matches no identity', async () => {
  const made = await sign({ subject: 'C=CH,ST=Bern,O=Example,O=Other,CN=a' });
  const trust = trustIn(made.chain.slice(-1), ['x509.subject: C=CH, ST=Bern, O=Example']);
  assert.deepEqual(failures(verifySignature(trust, made.signature, now)), ['authenticity']);
});

const other = await createTestChain({ now });
const swapped = Buffer.from(JSON.stringify({ targetArtifact: { ...subject, size: 1 } })).toString('base64url');
const bad: Readonly<Record<string, [SignatureToVerify, string]>> = {
  'a subject with another digest': [
    { ...signature, subject: { ...subject, digest: `sha256:${'b'.repeat(64)}` } },
    'manifest',
  ],
  'a subject of another size': [{ ...signature, subject: { ...subject, size: 5 } }, 'manifest'],
  'a signature manifest that was moved to another subject': [
    {
      ...withManifest((manifest) => {
        manifest.subject = { ...subject, digest: `sha256:${'b'.repeat(64)}` };
      }),
      subject: { ...subject, digest: `sha256:${'b'.repeat(64)}` },
    },
    'subject',
  ],
  'a manifest without a subject': [withManifest((manifest) => delete manifest.subject), 'manifest'],
  'a manifest of another type': [
    withManifest((manifest) => {
      manifest.artifactType = 'application/other';
    }),
    'manifest',
  ],
  'an envelope that the manifest does not name': [{ ...signature, envelope: Buffer.from('{}') }, 'manifest'],
  'an envelope that is no JSON': [{ ...signature, envelope: new Uint8Array() }, 'manifest'],
  'a changed payload': [
    withEnvelope((envelope) => {
      envelope.payload = swapped;
    }),
    'integrity',
  ],
  'an unknown member in the envelope': [
    withEnvelope((envelope) => {
      envelope.more = 1;
    }),
    'integrity',
  ],
  'a chain of somebody else': [
    withEnvelope((envelope) => {
      envelope.header = { x5c: other.chain.map((der) => Buffer.from(der).toString('base64')) };
    }),
    'integrity',
  ],
  'a chain without its root': [
    withEnvelope((envelope) => {
      envelope.header = { x5c: chain.slice(0, 2).map(({ der }) => Buffer.from(der).toString('base64')) };
    }),
    'certificates',
  ],
  'thumbprints of other certificates': [
    withManifest((manifest) => {
      manifest.annotations = { [THUMBPRINT_ANNOTATION]: '["00"]' };
    }),
    'certificates',
  ],
  'a repository that no statement covers': [
    { ...signature, repository: 'registry.example.com/golden/other' },
    'policy',
  ],
};

for (const [name, [changed, check]] of Object.entries(bad)) {
  test(`${name} fails the check "${check}"`, () => {
    const verification = verifySignature(trustIn(), changed, now);
    assert.equal(verification.valid, false);
    assert.equal(failures(verification)[0], check, JSON.stringify(verification.checks));
    assert.deepEqual(verification.metadata, {});
  });
}

test('another trust store fails authenticity', () => {
  const verification = verifySignature(trustIn(other.chain.slice(-1).map(parseCertificate)), signature, now);
  assert.deepEqual(failures(verification), ['authenticity']);
});

test('after its expiry a signature fails, and after the certificate ends so does the time', () => {
  assert.deepEqual(failures(verifySignature(trustIn(), signature, addDays(now, 7))), ['expiry']);
  assert.deepEqual(failures(verifySignature(trustIn(), signature, addDays(now, 31))), ['expiry', 'timestamp']);
});

test('every single changed byte of the envelope is noticed', () => {
  const trust = trustIn();
  for (let at = 0; at < signature.envelope.length; at += 11) {
    const envelope = Buffer.from(signature.envelope);
    envelope[at] = (envelope[at] ?? 0) ^ 1;
    const digest = `sha256:${createHash('sha256').update(envelope).digest('hex')}`;
    const changed = withManifest((manifest) => {
      manifest.layers = [{ mediaType: 'application/jose+json', digest, size: envelope.length }];
    });
    const { valid } = verifySignature(trust, { ...changed, envelope }, now);
    const text = envelope.toString();
    // The agent's name is the one part that nothing protects.
    if (!text.includes('"io.cncf.notary.signingAgent":"assay/1"')) continue;
    assert.equal(valid, false, `byte ${at}`);
  }
});

test('permissive logs what strict fails, audit logs who signed, skip looks at nothing', () => {
  const at = (level: string) => ({
    policy: parseTrustPolicy({
      version: '1.0',
      trustPolicies: [
        {
          name: 'a',
          registryScopes: ['registry.example.com/golden/*'],
          signatureVerification: { level },
          ...(level === 'skip' ? {} : { trustStores: ['ca:a'], trustedIdentities: ['*'] }),
        },
      ],
    }),
    stores: new Map([['ca:a', level === 'audit' ? [] : root]]),
  });
  const late = addDays(now, 8);
  const outcomes = (verification: Verification) =>
    Object.fromEntries(verification.checks.map(({ name, outcome }) => [name, outcome]));
  assert.equal(verifySignature(at('strict'), signature, late).valid, false);
  const permissive = verifySignature(at('permissive'), signature, late);
  assert.equal(permissive.valid, true);
  assert.equal(outcomes(permissive).expiry, 'logged');
  const audit = verifySignature(at('audit'), signature, late);
  assert.equal(audit.valid, true);
  assert.equal(outcomes(audit).authenticity, 'logged');
  assert.equal(outcomes(verifySignature(at('skip'), signature, late)).integrity, 'not-reached');
});

test('identities are compared as names, not as text', () => {
  assert.equal(parseNameText('C=CH').length, 1);
  const spaced = 'x509.subject:O=Example,S=Bern,   C=CH';
  assert.ok(verifySignature(trustIn(root, [spaced]), signature, now).valid);
});
