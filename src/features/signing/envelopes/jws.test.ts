import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestChain } from '#testkit/certificates.ts';
import { createLocalKey } from '../local-key.ts';
import { jws } from './jws.ts';

const now = new Date('2026-05-04T10:20:30Z');
const made = await createTestChain({ now });
const key = createLocalKey({ ...made, isDevelopment: false }, now);
const request = { payload: Buffer.from('{}'), signingTime: now, expiry: null, signingAgent: 'test/1' };

test('what was signed is opened with its chain, time and payload', async () => {
  const opened = jws.open(await jws.sign(key, request));
  assert.equal(opened.algorithm, 'ES256');
  assert.equal(opened.chain.length, 2);
  assert.deepEqual(opened.signingTime, now);
  assert.equal(opened.hasTimestamp, false);
  assert.equal(Buffer.from(opened.payload).toString(), '{}');
});

test('an algorithm that does not belong to the key of the certificate is refused', async () => {
  const other = await createTestChain({ now, algorithm: 'ES384' });
  const envelope = JSON.parse(Buffer.from(await jws.sign(key, request)).toString());
  envelope.header.x5c = other.chain.map((der) => Buffer.from(der).toString('base64'));
  assert.throws(() => jws.open(Buffer.from(JSON.stringify(envelope))), { message: /ES256 but its ec secp384r1 key/ });
});

test('whatever bytes arrive, the answer is an error that can be shown', async () => {
  const good = Buffer.from(await jws.sign(key, request));
  let state = 1;
  const random = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  for (let round = 0; round < 400; round += 1) {
    const bytes = Buffer.from(good.subarray(0, 1 + random(good.length)));
    for (let change = 0; change < 3; change += 1) bytes[random(bytes.length)] = random(256);
    assert.throws(() => jws.open(bytes), { name: 'AppError' });
  }
});
