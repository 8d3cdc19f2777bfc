import assert from 'node:assert/strict';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseCertificate } from '#formats/crypto/certificate.ts';
import { formatSigningInput } from '#formats/crypto/jws.ts';
import { verifyBytes } from '#formats/crypto/signature-algorithm.ts';
import { createTestChain } from '#testkit/certificates.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { connectKey } from './key-client.ts';
import { serveKey } from './key-server.ts';
import { createLocalKey } from './local-key.ts';

const folder = await temporaryFolder();
after(() => folder[Symbol.asyncDispose]());
const now = new Date();
const key = createLocalKey({ ...(await createTestChain({ now })), isDevelopment: true }, now);
const target = { mediaType: 'application/x', digest: `sha256:${'a'.repeat(64)}`, size: 3 };
let sockets = 0;

function newPath(): string {
  sockets += 1;
  return join(folder.path, `key-${sockets}`);
}

function inputOf(payload: unknown): Uint8Array {
  const attributes = { algorithm: key.algorithm, signingTime: now, expiry: null };
  return formatSigningInput(attributes, Buffer.from(JSON.stringify(payload)));
}

const good = inputOf({ targetArtifact: target });

test('a worker signs over the socket, many at once, and knows that the key is for development', async () => {
  const path = newPath();
  await using _server = await serveKey(key, path);
  await using remote = await connectKey(path);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal(remote.isDevelopment, true);
  assert.deepEqual(remote.chain, key.chain);
  const leaf = parseCertificate(remote.chain[0] ?? new Uint8Array());
  const signatures = await Promise.all(Array.from({ length: 600 }, () => remote.sign(good)));
  for (const signature of signatures) assert.ok(verifyBytes('ES256', leaf.publicKey, good, signature));
});

test('anything but a Notary Project payload is refused', async () => {
  const path = newPath();
  await using _server = await serveKey(key, path);
  await using remote = await connectKey(path);
  const other = formatSigningInput({ algorithm: 'ES384', signingTime: now, expiry: null }, Buffer.from('{}'));
  const inputs = {
    'free bytes': Buffer.from('sign this'),
    'an empty payload': inputOf({}),
    'another member': inputOf({ targetArtifact: target, more: 1 }),
    'a member in the descriptor': inputOf({ targetArtifact: { ...target, urls: [] } }),
    'a digest that is none': inputOf({ targetArtifact: { ...target, digest: 'md5:1' } }),
    'another algorithm': other,
  };
  for (const [name, input] of Object.entries(inputs))
    await assert.rejects(remote.sign(input), { name: 'AppError' }, name);
  assert.equal((await remote.sign(good)).length, 64);
});

test('when the sign process comes back, signing goes on; while it is away, the reason is said', async () => {
  const path = newPath();
  const first = await serveKey(key, path);
  await using remote = await connectKey(path, { timeoutMs: 2000 });
  await first[Symbol.asyncDispose]();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await assert.rejects(remote.sign(good), { code: 'unavailable', message: /sign process/ });
  await using _second = await serveKey(key, path);
  assert.equal((await remote.sign(good)).length, 64);
});

test('a client that sends garbage loses its connection and nobody else does', async () => {
  const path = newPath();
  await using _server = await serveKey(key, path);
  await using remote = await connectKey(path);
  const rude = connect(path);
  rude.on('error', () => undefined);
  rude.write(Buffer.alloc(64, 0xff));
  await once(rude, 'close');
  assert.equal((await remote.sign(good)).length, 64);
});

test('a file in the place of the socket is not removed, and a path that is too long is refused', async () => {
  const path = newPath();
  await writeFile(path, 'mine');
  await assert.rejects(serveKey(key, path), { code: 'conflict' });
  await assert.rejects(serveKey(key, join(folder.path, 'x'.repeat(120))), { code: 'invalid-input' });
});
