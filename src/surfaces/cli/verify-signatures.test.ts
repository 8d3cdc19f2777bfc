import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createReportArtifact, reportFormats } from '#features/reports/index.ts';
import { type SigningKey, signManifest, trustAuthority } from '#features/signing/index.ts';
import { createLocalKey } from '#features/signing/local-key.ts';
import { parseCertificate } from '#formats/crypto/certificate.ts';
import { type Descriptor, parseManifest } from '#formats/oci/manifest.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { addDays } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { RegistryClient } from '#platform/network/registry-client.ts';
import { createTestChain } from '#testkit/certificates.ts';
import { createReportInput } from '#testkit/report-input.ts';
import { verifyReference } from './verify-signatures.ts';

const now = new Date('2026-05-05T00:00:00Z');
const clock = { now: () => now };
const made = await createTestChain({ now });
const key = createLocalKey({ ...made, isDevelopment: false }, now);
const place = { host: 'registry.example.com', repository: 'golden/app', reference: '' };
const trust = trustAuthority({
  name: 'assay',
  certificates: made.chain.slice(-1).map(parseCertificate),
  identities: [],
  scopes: ['registry.example.com/*'],
});

interface Stored {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** A registry in memory: whatever manifest has a subject is listed as its referrer. */
function memoryRegistry(stored: readonly Stored[]): RegistryClient {
  const byDigest = new Map(stored.map((each) => [each.digest as string, each]));
  const get = (digest: string) => {
    const found = byDigest.get(digest);
    if (!found) throw new AppError('not-found', `cannot read ${digest}: it is not there`);
    return found;
  };
  return {
    async getManifest(_, reference) {
      const { digest, bytes, mediaType } = get(reference);
      return { digest, mediaType, bytes: Buffer.from(bytes) };
    },
    async *openBlob(_, { digest, size }) {
      const { bytes } = get(digest);
      const found = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
      if (found !== digest || bytes.length !== size)
        throw new AppError('DIGEST_INVALID', 'the bytes sent are not these');
      yield bytes;
    },
    async listReferrers(_, digest) {
      const manifests = stored.filter(({ mediaType }) => mediaType === mediaTypes.imageManifest);
      return manifests.flatMap(({ digest: own, bytes, mediaType }): Descriptor[] => {
        const { subject, artifactType } = parseManifest(bytes, mediaType);
        if (subject?.digest !== digest) return [];
        return [{ mediaType, digest: own, size: bytes.length, artifactType }];
      });
    },
  };
}

function stored(bytes: Uint8Array, mediaType: string): Stored {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes, mediaType };
}

const config = stored(Buffer.from('{}'), mediaTypes.imageConfig);
const image = stored(
  Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.imageManifest,
      config: { mediaType: mediaTypes.imageConfig, digest: config.digest, size: 2 },
      layers: [],
    }),
  ),
  mediaTypes.imageManifest,
);

async function signed(subject: Stored, by: SigningKey = key): Promise<Stored[]> {
  const target = { mediaType: subject.mediaType, digest: subject.digest, size: subject.bytes.length };
  const { manifest, blobs } = await signManifest({ key: by, clock }, { target, expiresAt: addDays(now, 5) });
  return [manifest, ...blobs];
}

async function reported(createdAt: Date, by?: SigningKey | null): Promise<Stored[]> {
  const [format] = reportFormats;
  assert.ok(format);
  const artifact = createReportArtifact({
    subject: { mediaType: image.mediaType, digest: image.digest, size: image.bytes.length },
    format,
    bytes: format.render(createReportInput()),
    createdAt,
    validUntil: addDays(createdAt, 7),
  });
  return [artifact.manifest, ...artifact.blobs, ...(by === null ? [] : await signed(artifact.manifest, by))];
}

function verify(all: readonly Stored[], at = now) {
  return verifyReference({ registry: memoryRegistry(all), trust, now: at }, { ...place, reference: image.digest });
}

const approval = await signed(image);
const report = await reported(addDays(now, -1));

test('an image and its report are valid by the signatures on them', async () => {
  const results = await verify([image, ...approval, ...report]);
  assert.deepEqual(
    results.map(({ what, valid }) => [what, valid]),
    [
      ['image', true],
      ['application/sarif+json', true],
    ],
  );
});

test("a newer report without a signature, or with a stranger's, does not pass for the good one", async () => {
  const other = await createTestChain({ now });
  const stranger = createLocalKey({ ...other, isDevelopment: false }, now);
  for (const by of [null, stranger]) {
    const results = await verify([image, ...approval, ...report, ...(await reported(now, by))]);
    assert.deepEqual(
      results.map(({ valid }) => valid),
      [true, false],
    );
  }
});

test('an image without a signature says so', async () => {
  const [result] = await verify([image]);
  assert.equal(result?.valid, false);
  assert.deepEqual(result?.problems, ['it has no signature']);
});

test('a report whose content was changed or is too old is not valid', async () => {
  const changed = report.map((each) =>
    each.mediaType === 'application/sarif+json' ? { ...each, bytes: Buffer.from('{}') } : each,
  );
  const [, tampered] = await verify([image, ...approval, ...changed]);
  assert.equal(tampered?.valid, false);
  const [, old] = await verify([image, ...approval, ...report], addDays(now, 6));
  assert.equal(old?.valid, false);
  assert.match(old?.problems[0] ?? '', /valid until/);
});

test('the expired signature of one does not hide the valid one of another', async () => {
  const target = { mediaType: image.mediaType, digest: image.digest, size: image.bytes.length };
  const early = { now: () => addDays(now, -0.02) };
  const expired = await signManifest({ key, clock: early }, { target, expiresAt: addDays(now, -0.01) });
  const [result] = await verify([image, expired.manifest, ...expired.blobs, ...approval]);
  assert.equal(result?.valid, true);
});
