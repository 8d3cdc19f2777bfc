import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

export type CertificateAlgorithm = webcrypto.EcKeyGenParams | webcrypto.RsaHashedKeyGenParams;

/** What a certificate shall say. The tests make broken ones too: every part of it can be chosen. */
export interface CertificateRequest {
  /** Text in the certificate's order: `C=…,ST=…,O=…,CN=…`. */
  readonly subject: string;
  readonly publicKey: webcrypto.CryptoKey;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Absent: self-signed with `signingKey`. */
  readonly issuer?: string;
  readonly signingKey: webcrypto.CryptoKey;
  readonly serialNumber: string;
  readonly authority?: { readonly pathLength?: number };
  /** Defaults: digitalSignature, and for an authority keyCertSign and cRLSign; critical. */
  readonly keyUsage?: { readonly flags: number; readonly critical: boolean } | null;
  readonly extendedKeyUsage?: readonly string[];
  /** Names and addresses of a server. */
  readonly alternativeNames?: readonly { readonly type: 'dns' | 'ip'; readonly value: string }[];
}

export const keyUsageFlags = KeyUsageFlags;
export const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/** The key pair of a certificate; WebCrypto's, because the certificate library signs with it. */
export async function createKeyPair(algorithm: CertificateAlgorithm): Promise<webcrypto.CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
}

export async function createCertificate(request: CertificateRequest): Promise<Uint8Array> {
  const certificate = await X509CertificateGenerator.create(
    {
      subject: request.subject,
      issuer: request.issuer ?? request.subject,
      publicKey: request.publicKey,
      signingKey: request.signingKey,
      signingAlgorithm: signatureOf(request.signingKey),
      serialNumber: request.serialNumber,
      notBefore: request.notBefore,
      notAfter: request.notAfter,
      extensions: await extensionsOf(request),
    },
    webcrypto as unknown as Crypto, // the library's type is the browser's, which lacks nothing that is used
  );
  return new Uint8Array(certificate.rawData);
}

const CURVE_HASHES: Readonly<Record<string, string>> = { 'P-256': 'SHA-256', 'P-384': 'SHA-384', 'P-521': 'SHA-512' };

function signatureOf(key: webcrypto.CryptoKey): { name: string; hash: string } {
  const { name } = key.algorithm;
  const curve = (key.algorithm as webcrypto.EcKeyAlgorithm).namedCurve; // absent for RSA keys
  return { name, hash: CURVE_HASHES[curve] ?? 'SHA-256' };
}

async function extensionsOf(request: CertificateRequest): Promise<Extension[]> {
  const { authority, keyUsage } = request;
  const flags = authority
    ? KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
    : KeyUsageFlags.digitalSignature;
  const extensions: Extension[] = [
    new BasicConstraintsExtension(authority !== undefined, authority?.pathLength, true),
    await SubjectKeyIdentifierExtension.create(request.publicKey, false, webcrypto as unknown as Crypto),
  ];
  if (keyUsage !== null) extensions.push(new KeyUsagesExtension(keyUsage?.flags ?? flags, keyUsage?.critical ?? true));
  if (request.extendedKeyUsage) extensions.push(new ExtendedKeyUsageExtension([...request.extendedKeyUsage], false));
  if (request.alternativeNames) extensions.push(new SubjectAlternativeNameExtension([...request.alternativeNames]));
  return extensions;
}
