import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { formatPem } from '#formats/crypto/pem.ts';
import type { Database } from '#platform/database/database.ts';
import { createTestChain, type TestChain } from '#testkit/certificates.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { file } from './file.ts';

const folder = await temporaryFolder();
after(() => folder[Symbol.asyncDispose]());
const made = await createTestChain();
const other = await createTestChain();

function pemOf({ chain }: TestChain): string {
  return chain.map((der) => formatPem('CERTIFICATE', der)).join('');
}

function keyOf({ privateKey }: TestChain): string {
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

async function open(key: string | null, chain: string | null) {
  const paths = { keyFile: join(folder.path, 'key.pem'), chainFile: join(folder.path, 'chain.pem') };
  if (key !== null) await writeFile(paths.keyFile, key);
  if (chain !== null) await writeFile(paths.chainFile, chain);
  return file.open({
    clock: { now: () => new Date() },
    db: undefined as unknown as Database, // this provider never touches the database
    masterKey: new Uint8Array(32),
    keyFile: key === null ? null : paths.keyFile,
    chainFile: chain === null ? null : paths.chainFile,
  });
}

test('a key and its chain are opened', async () => {
  const key = await open(keyOf(made), pemOf(made));
  assert.equal(key?.algorithm, 'ES256');
  assert.equal(key?.isDevelopment, false);
  assert.equal(key?.chain.length, 2);
});

test('without configuration there is no key, and half a configuration is a mistake', async () => {
  assert.equal(await open(null, null), undefined);
  await assert.rejects(open(keyOf(made), null), { code: 'invalid-input', message: /ASSAY_SIGNING_CHAIN is not set/ });
});

test('a subject that breaks trusted identities is a warning', async () => {
  const unusual = await createTestChain({ subject: 'C=CH,O=Example,CN=No state' });
  const key = await open(keyOf(unusual), pemOf(unusual));
  assert.match(key?.warnings[0] ?? '', /it has no state or province/);
});

const encrypted = made.privateKey.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'x' });
const server = await createTestChain({ leaf: { extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'] } });
const mistakes: Readonly<Record<string, [string, string, RegExp]>> = {
  'the key of another certificate': [keyOf(other), pemOf(made), /not the key of the certificate CN=Test signer/],
  'a certificate for servers': [keyOf(server), pemOf(server), /serverAuth, which is forbidden/],
  'a chain without its root': [keyOf(made), pemOf({ ...made, chain: made.chain.slice(0, 1) }), /root is missing/],
  'an encrypted key': [encrypted.toString(), pemOf(made), /passphrase/],
  'a key that is none': ['nonsense', pemOf(made), /no PEM private key/],
  'a chain that is none': [keyOf(made), 'nonsense', /there is none in it/],
};

for (const [name, [key, chain, message]] of Object.entries(mistakes)) {
  test(`${name} is refused with the reason`, () => assert.rejects(open(key, chain), { message }));
}

test('a file that is not there is named', async () => {
  const sources = { keyFile: '/nowhere/key.pem', chainFile: '/nowhere/chain.pem', masterKey: new Uint8Array(32) };
  const db = undefined as unknown as Database; // never touched
  const clock = { now: () => new Date() };
  await assert.rejects(file.open({ ...sources, db, clock }), { message: /\/nowhere\/key\.pem/ });
});
