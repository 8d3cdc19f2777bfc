import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { formatPem } from '#formats/crypto/pem.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { createTestChain } from '#testkit/certificates.ts';
import { testDatabase } from '#testkit/database.ts';
import { createLocalKey } from './local-key.ts';
import { signingMigrations } from './migrations/index.ts';
import { signManifest } from './sign.ts';
import { findTrustedPublishers, putTrustedPublisher, removeTrustedPublisher } from './trusted-publisher-store.ts';
import { checkTrustedPublisher, verifyPublishers } from './trusted-publishers.ts';

const db = await testDatabase(signingMigrations);
after(() => db.destroy());
const now = new Date('2026-05-04T10:20:30Z');
const made = await createTestChain({ now });
const root = formatPem('CERTIFICATE', made.chain.at(-1) ?? new Uint8Array());
const publisher = { name: 'example', certificates: root, identities: [], scopes: ['staging/base/*'], createdAt: now };

test('publishers are kept by name, replaced and removed', async () => {
  await putTrustedPublisher(db, publisher);
  await putTrustedPublisher(db, { ...publisher, scopes: ['*'] });
  assert.deepEqual(await findTrustedPublishers(db), [{ ...publisher, scopes: ['*'] }]);
  assert.equal(await removeTrustedPublisher(db, 'example'), true);
  assert.equal(await removeTrustedPublisher(db, 'example'), false);
});

test('a publisher is asked about the repositories in its scopes only', async () => {
  const subject = { mediaType: mediaTypes.imageManifest, digest: `sha256:${'a'.repeat(64)}`, size: 9 } as const;
  const key = createLocalKey({ ...made, isDevelopment: false }, now);
  const { manifest, blobs } = await signManifest({ key, clock: { now: () => now } }, { target: subject });
  const envelope = blobs[1]?.bytes ?? new Uint8Array();
  const ask = (repository: string) =>
    verifyPublishers([publisher], { repository, subject, manifest: manifest.bytes, envelope }, now);
  assert.deepEqual(
    ask('staging/base/alpine').map(({ publisher, verification }) => [publisher, verification.valid]),
    [['example', true]],
  );
  assert.deepEqual(ask('staging/other'), []);
});

test('certificates, names, identities and scopes that cannot be used are refused on entry', () => {
  checkTrustedPublisher(publisher);
  for (const change of [
    { certificates: 'x' },
    { name: 'A b' },
    { scopes: [] },
    { identities: ['x509.subject: C=CH'] },
  ]) {
    assert.throws(() => checkTrustedPublisher({ ...publisher, ...change }), { name: 'AppError' });
  }
});
