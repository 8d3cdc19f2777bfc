import { createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { parseCertificate } from '#formats/crypto/certificate.ts';
import { addDays } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { type AuthorityRow, addAuthority, findAuthority, replaceLeaf } from '../authority-store.ts';
import { createLocalKey } from '../local-key.ts';
import { openSecret, sealSecret } from '../sealed-secret.ts';
import type { KeyProvider, KeySources } from './key-provider.ts';

const SUBJECT = 'C=ZZ,ST=Development,O=Assay development';
const ROOT_SUBJECT = `${SUBJECT},CN=Assay development authority`;
const LEAF_SUBJECT = `${SUBJECT},CN=Assay development signer`;
const ROOT_PURPOSE = "the development authority's key";
const LEAF_PURPOSE = 'the development signing key';
const ROOT_DAYS = 7300;
const LEAF_DAYS = 1825;
const RENEW_DAYS = 400;
const SKEW_MS = 3_600_000;

/** An authority that Assay makes itself on the first start, so that everything works before an enterprise key is there. */
export const development: KeyProvider = {
  id: 'development',
  summary: 'an authority that Assay makes on the first start; for trying out, not for production',

  async open(sources) {
    const { db, masterKey, clock } = sources;
    const found = (await findAuthority(db)) ?? (await createAuthority(sources));
    const row = await renewed(sources, found);
    const pkcs8 = openSecret(masterKey, LEAF_PURPOSE, row.leaf_key);
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const chain = [new Uint8Array(row.leaf_certificate), new Uint8Array(row.root_certificate)];
    return createLocalKey({ privateKey, chain, isDevelopment: true }, clock.now());
  },
};

async function createAuthority(sources: KeySources): Promise<AuthorityRow> {
  const { db, masterKey, clock } = sources;
  const { createCertificate, createKeyPair } = await certificates();
  const keys = await createKeyPair({ name: 'ECDSA', namedCurve: 'P-256' });
  const now = clock.now();
  const root = await createCertificate({
    subject: ROOT_SUBJECT,
    publicKey: keys.publicKey,
    signingKey: keys.privateKey,
    notBefore: new Date(now.getTime() - SKEW_MS),
    notAfter: addDays(now, ROOT_DAYS),
    serialNumber: serialNumber(),
    authority: { pathLength: 0 },
  });
  const leaf = await createLeaf(masterKey, keys.privateKey, now);
  await addAuthority(db, {
    root_certificate: Buffer.from(root),
    root_key: sealSecret(masterKey, ROOT_PURPOSE, await exportKey(keys.privateKey)),
    ...leaf,
    created_at: now,
  });
  return getAuthority(sources);
}

async function renewed(sources: KeySources, row: AuthorityRow): Promise<AuthorityRow> {
  const { db, masterKey, clock } = sources;
  const now = clock.now();
  if (parseCertificate(row.leaf_certificate).notAfter > addDays(now, RENEW_DAYS)) return row;
  const pkcs8 = new Uint8Array(openSecret(masterKey, ROOT_PURPOSE, row.root_key));
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const rootKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']);
  await replaceLeaf(db, row, await createLeaf(masterKey, rootKey, now));
  return getAuthority(sources);
}

async function createLeaf(
  masterKey: Uint8Array,
  rootKey: webcrypto.CryptoKey,
  now: Date,
): Promise<Pick<AuthorityRow, 'leaf_certificate' | 'leaf_key'>> {
  const { CODE_SIGNING, createCertificate, createKeyPair } = await certificates();
  const keys = await createKeyPair({ name: 'ECDSA', namedCurve: 'P-256' });
  const certificate = await createCertificate({
    subject: LEAF_SUBJECT,
    issuer: ROOT_SUBJECT,
    publicKey: keys.publicKey,
    signingKey: rootKey,
    notBefore: new Date(now.getTime() - SKEW_MS),
    notAfter: addDays(now, LEAF_DAYS),
    serialNumber: serialNumber(),
    extendedKeyUsage: [CODE_SIGNING],
  });
  const leafKey = sealSecret(masterKey, LEAF_PURPOSE, await exportKey(keys.privateKey));
  return { leaf_certificate: Buffer.from(certificate), leaf_key: leafKey };
}

async function getAuthority({ db }: KeySources): Promise<AuthorityRow> {
  const row = await findAuthority(db);
  if (!row) throw new AppError('internal', 'cannot open the development authority: it was not stored');
  return row;
}

async function exportKey(key: webcrypto.CryptoKey): Promise<Buffer> {
  return Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
}

/** Positive and never starting with a zero byte. */
function serialNumber(): string {
  return `4a${randomBytes(15).toString('hex')}`;
}

/** Making certificates needs a large library, once in the life of an installation: it is loaded only then. */
function certificates() {
  return import('#formats/crypto/create-certificate.ts');
}
