import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestChain, type TestChainOptions } from '#testkit/certificates.ts';
import { parseCertificate, parseCertificates } from './certificate.ts';
import { codeSigningFaults } from './certificate-rules.ts';
import { createKeyPair, keyUsageFlags } from './create-certificate.ts';
import { formatName } from './distinguished-name.ts';
import { formatPem } from './pem.ts';

async function faultsOf(options: TestChainOptions): Promise<string[]> {
  const { chain } = await createTestChain(options);
  return codeSigningFaults(chain.map(parseCertificate)).map((fault) => fault.code);
}

test('a leaf, an intermediate and a root that obey every rule have no fault', async () => {
  assert.deepEqual(await faultsOf({ intermediates: 2 }), []);
});

test('contentCommitment beside digitalSignature is allowed', async () => {
  const flags = keyUsageFlags.digitalSignature | keyUsageFlags.nonRepudiation;
  assert.deepEqual(await faultsOf({ leaf: { keyUsage: { flags, critical: true } } }), []);
});

const { digitalSignature, keyCertSign, keyEncipherment, nonRepudiation } = keyUsageFlags;
const ANY_PURPOSE = '2.5.29.37.0';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const broken: Readonly<Record<string, [TestChainOptions, string[]]>> = {
  'a leaf without keyUsage': [{ leaf: { keyUsage: null } }, ['key-usage-missing']],
  'a leaf whose keyUsage is not critical': [
    { leaf: { keyUsage: { flags: digitalSignature, critical: false } } },
    ['key-usage-not-critical'],
  ],
  'a leaf without digitalSignature': [
    { leaf: { keyUsage: { flags: nonRepudiation, critical: true } } },
    ['key-usage-lacks'],
  ],
  'a leaf that may encipher keys': [
    { leaf: { keyUsage: { flags: digitalSignature | keyEncipherment, critical: true } } },
    ['key-usage-forbidden'],
  ],
  'a leaf for servers': [{ leaf: { extendedKeyUsage: [SERVER_AUTH] } }, ['extended-key-usage-forbidden']],
  'a leaf for any purpose': [{ leaf: { extendedKeyUsage: [ANY_PURPOSE] } }, ['extended-key-usage-forbidden']],
  'a leaf that is an authority': [
    { leaf: { authority: {}, keyUsage: { flags: digitalSignature | keyCertSign, critical: true } } },
    ['leaf-is-authority', 'key-usage-forbidden'],
  ],
  'a root without keyCertSign': [
    { root: { keyUsage: { flags: digitalSignature, critical: true } } },
    ['key-usage-lacks'],
  ],
  'a root that allows no authority below it': [
    { intermediates: 1, root: { authority: { pathLength: 0 } } },
    ['path-too-long'],
  ],
};

for (const [name, [options, codes]] of Object.entries(broken)) {
  test(`${name} is refused`, async () => assert.deepEqual(await faultsOf(options), codes));
}

test('a chain that is cut, reversed or has its root twice is refused', async () => {
  const chain = (await createTestChain({ intermediates: 1 })).chain.map(parseCertificate);
  const [leaf, middle, root] = chain;
  assert.ok(leaf && middle && root);
  const codes = (...certificates: (typeof leaf)[]) => codeSigningFaults(certificates).map((fault) => fault.code);
  assert.deepEqual(codes(), ['chain-empty']);
  assert.ok(codes(leaf, middle).includes('root-missing'));
  assert.ok(codes(leaf).includes('root-missing'));
  assert.ok(codes(leaf, root).includes('issuer-mismatch'));
  assert.ok(codes(leaf, middle, root, root).includes('root-not-last'));
  assert.ok(codes(root, middle, leaf).includes('leaf-is-authority'));
  assert.deepEqual(codes(...Array.from({ length: 17 }, () => leaf)), ['chain-too-long']);
});

test('keys that the specification does not allow are refused', async () => {
  const keys = await createKeyPair({
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 1024,
    publicExponent: new Uint8Array([1, 0, 1]),
  });
  assert.deepEqual(await faultsOf({ leaf: { publicKey: keys.publicKey } }), ['key-not-allowed']);
});

test('certificates are read from PEM and from DER, and the subject is formatted', async () => {
  const { chain } = await createTestChain({ subject: 'C=CH,ST=Bern,O=Example,CN=Signer\\, Inc.' });
  const pem = chain.map((der) => formatPem('CERTIFICATE', der)).join('');
  const read = parseCertificates(Buffer.from(pem));
  assert.deepEqual(
    read.map((certificate) => certificate.der),
    chain.map((der) => new Uint8Array(der)),
  );
  assert.equal(formatName(read[0]?.subject ?? []), 'CN=Signer\\, Inc.,O=Example,ST=Bern,C=CH');
  assert.equal(parseCertificates(chain[0] ?? new Uint8Array()).length, 1);
});

test('bytes cut off or changed anywhere give a clear error or another certificate, never a crash', async () => {
  const [leaf] = (await createTestChain()).chain;
  assert.ok(leaf);
  for (let length = 0; length < leaf.length; length += 7) {
    assert.throws(() => parseCertificate(leaf.subarray(0, length)), { name: 'AppError' });
  }
  for (let at = 0; at < leaf.length; at += 3) {
    const changed = new Uint8Array(leaf);
    changed[at] = (changed[at] ?? 0) ^ 0xff;
    try {
      parseCertificate(changed);
    } catch (error) {
      assert.equal((error as Error).name, 'AppError');
    }
  }
});
