import { createPrivateKey, type KeyObject, randomBytes, webcrypto } from 'node:crypto';
import {
  type CertificateAlgorithm,
  type CertificateRequest,
  CODE_SIGNING,
  createCertificate,
  createKeyPair,
} from '#formats/crypto/create-certificate.ts';
import type { SignatureAlgorithm } from '#formats/crypto/signature-algorithm.ts';

function rsa(modulusLength: number): CertificateAlgorithm {
  return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent: new Uint8Array([1, 0, 1]) };
}

const KEYS: Readonly<Record<SignatureAlgorithm, CertificateAlgorithm>> = {
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  ES512: { name: 'ECDSA', namedCurve: 'P-521' },
  PS256: rsa(2048),
  PS384: rsa(3072),
  PS512: rsa(4096),
};

export interface TestChain {
  /** Leaf, intermediates, root. */
  readonly chain: readonly Uint8Array[];
  readonly privateKey: KeyObject;
}

export interface TestChainOptions {
  readonly algorithm?: SignatureAlgorithm;
  /** How many authorities stand between root and leaf. */
  readonly intermediates?: number;
  readonly subject?: string;
  readonly now?: Date;
  readonly leafDays?: number;
  /** Overrides parts of the leaf, to make a broken one. */
  readonly leaf?: Partial<CertificateRequest>;
  readonly root?: Partial<CertificateRequest>;
}

const DAY_MS = 86_400_000;

function serial(): string {
  return `01${randomBytes(12).toString('hex')}`;
}

/** A private key and the certificates above it, made on the spot: root, intermediates, code-signing leaf. */
export async function createTestChain(options: TestChainOptions = {}): Promise<TestChain> {
  const { algorithm = 'ES256', intermediates = 0, now = new Date(), leafDays = 30 } = options;
  const notBefore = new Date(now.getTime() - 3_600_000);
  const notAfter = (days: number) => new Date(now.getTime() + days * DAY_MS);
  let issuer: { subject: string; key: webcrypto.CryptoKey } | undefined;
  const chain: Uint8Array[] = [];
  for (let i = 0; i <= intermediates; i += 1) {
    const keys = await createKeyPair(KEYS.ES256);
    const subject = `C=CH,ST=Bern,O=Example,CN=Test authority ${i}`;
    chain.unshift(
      await createCertificate({
        subject,
        ...(issuer ? { issuer: issuer.subject } : {}),
        publicKey: keys.publicKey,
        signingKey: issuer?.key ?? keys.privateKey,
        notBefore,
        notAfter: notAfter(365),
        serialNumber: serial(),
        authority: {},
        ...(i === 0 ? options.root : {}),
      }),
    );
    issuer = { subject, key: keys.privateKey };
  }
  const keys = await createKeyPair(KEYS[algorithm]);
  const leaf = await createCertificate({
    subject: options.subject ?? 'C=CH,ST=Bern,O=Example,CN=Test signer',
    ...(issuer ? { issuer: issuer.subject } : {}),
    publicKey: keys.publicKey,
    signingKey: issuer?.key ?? keys.privateKey,
    notBefore,
    notAfter: notAfter(leafDays),
    serialNumber: serial(),
    extendedKeyUsage: [CODE_SIGNING],
    ...options.leaf,
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { chain: [leaf, ...chain], privateKey: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }) };
}
