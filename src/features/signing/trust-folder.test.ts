import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseCertificate } from '#formats/crypto/certificate.ts';
import { createTestChain } from '#testkit/certificates.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { exportTrust, readTrust } from './trust-folder.ts';

const folder = await temporaryFolder();
after(() => folder[Symbol.asyncDispose]());
const certificates = (await createTestChain()).chain.slice(-1).map(parseCertificate);
const next = (await createTestChain()).chain.slice(-1).map(parseCertificate);
const authority = { name: 'assay', certificates, identities: [], scopes: ['r.example.com/golden/app'] };
const STORE = 'truststore/x509/ca/assay';
let names = 0;

function newFolder(): string {
  names += 1;
  return join(folder.path, String(names));
}

test('what was exported is read back, and nobody else can read it', async () => {
  const path = newFolder();
  await exportTrust(path, authority);
  const trust = await readTrust(path);
  assert.deepEqual(trust.policy.trustPolicies[0]?.registryScopes, authority.scopes);
  assert.equal(trust.stores.get('ca:assay')?.[0]?.thumbprint, certificates[0]?.thumbprint);
  const modes = await Promise.all(['trustpolicy.json', '', STORE].map((part) => stat(join(path, part))));
  assert.deepEqual(
    modes.map(({ mode }) => mode & 0o777),
    [0o600, 0o700, 0o700],
  );
});

test('another export replaces the certificates, and no other file is left', async () => {
  const path = newFolder();
  await exportTrust(path, authority);
  await exportTrust(path, { ...authority, certificates: next });
  assert.equal((await readdir(join(path, STORE))).length, 1);
  assert.equal((await readTrust(path)).stores.get('ca:assay')?.[0]?.thumbprint, next[0]?.thumbprint);
  assert.deepEqual((await readdir(path)).sort(), ['trustpolicy.json', 'truststore']);
});

test('a statement of somebody else that covers the same repository is not overridden', async () => {
  const path = newFolder();
  await exportTrust(path, { ...authority, name: 'mine' });
  const before = await readFile(join(path, 'trustpolicy.json'), 'utf8');
  await assert.rejects(exportTrust(path, authority), { code: 'conflict', message: /"mine"/ });
  assert.equal(await readFile(join(path, 'trustpolicy.json'), 'utf8'), before);
});

test('links are not followed, and a policy that is broken is not replaced', async () => {
  const linked = newFolder();
  await mkdir(join(linked, 'truststore'), { recursive: true });
  await mkdir(join(folder.path, 'elsewhere'));
  await symlink(join(folder.path, 'elsewhere'), join(linked, 'truststore', 'x509'));
  await assert.rejects(exportTrust(linked, authority), { code: 'conflict' });
  assert.deepEqual(await readdir(join(folder.path, 'elsewhere')), []);
  const broken = newFolder();
  await mkdir(broken);
  await writeFile(join(broken, 'trustpolicy.json'), '{"version":"1.0"');
  await assert.rejects(exportTrust(broken, authority), { code: 'unusable-input' });
});

test('prefixes are ours alone: they are not exported, and nothing left is nothing to trust', async () => {
  const path = newFolder();
  await exportTrust(path, { ...authority, scopes: [...authority.scopes, 'r.example.com/golden/*'] });
  assert.deepEqual((await readTrust(path)).policy.trustPolicies[0]?.registryScopes, authority.scopes);
  await assert.rejects(exportTrust(newFolder(), { ...authority, scopes: [] }), { code: 'invalid-input' });
});
