import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { parseCertificate } from '#formats/crypto/certificate.ts';
import { codeSigningFaults } from '#formats/crypto/certificate-rules.ts';
import { formatName } from '#formats/crypto/distinguished-name.ts';
import { verifyBytes } from '#formats/crypto/signature-algorithm.ts';
import { addDays } from '#kernel/clock.ts';
import { testDatabase } from '#testkit/database.ts';
import { signingMigrations } from '../migrations/index.ts';
import type { SigningKey } from '../signing.ts';
import { development } from './development.ts';

const db = await testDatabase(signingMigrations);
after(() => db.destroy());
const masterKey = randomBytes(32);
const start = new Date('2026-05-04T10:20:30Z');

async function open(now = start, key: Uint8Array = masterKey): Promise<SigningKey> {
  const opened = await development.open({
    db,
    masterKey: key,
    clock: { now: () => now },
    keyFile: null,
    chainFile: null,
  });
  assert.ok(opened);
  return opened;
}

test('processes that start together make one authority, and its key signs what its certificate verifies', async () => {
  const [one, other] = await Promise.all([open(), open()]);
  assert.deepEqual(one?.chain, other?.chain);
  assert.ok(one?.isDevelopment);
  assert.deepEqual(one.warnings, []);
  const chain = one.chain.map(parseCertificate);
  assert.deepEqual(codeSigningFaults(chain), []);
  const [leaf] = chain;
  assert.ok(leaf);
  const subject = 'CN=Assay development signer,O=Assay development,ST=Development,C=ZZ';
  assert.equal(formatName(leaf.subject), subject);
  assert.ok(verifyBytes('ES256', leaf.publicKey, Buffer.from('a'), await one.sign(Buffer.from('a'))));
});

test('another master key cannot open it and the message says which variable', async () => {
  await open();
  await assert.rejects(open(start, randomBytes(32)), { code: 'unavailable', message: /ASSAY_MASTER_KEY/ });
});

test('long before the signer ends, the same root issues the next one', async () => {
  const before = await open();
  const later = await open(addDays(start, 1500));
  assert.notDeepEqual(before.chain[0], later.chain[0]);
  assert.deepEqual(before.chain[1], later.chain[1]);
  assert.deepEqual((await open(addDays(start, 1501))).chain, later.chain);
});
