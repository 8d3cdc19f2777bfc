import { createHash, type KeyObject, X509Certificate } from 'node:crypto';
import { AppError, messageOf } from '#kernel/errors.ts';
import {
  type DerElement,
  derChildren,
  derTags,
  expectDer,
  parseDer,
  parseDerNumber,
  parseDerTime,
  parseOid,
} from './der.ts';
import { type DistinguishedName, parseName } from './distinguished-name.ts';
import { parsePem } from './pem.ts';

export interface CertificateExtension {
  readonly critical: boolean;
  readonly value: DerElement;
}

/** What Assay looks at in an X.509 certificate (RFC 5280). */
export interface Certificate {
  readonly der: Uint8Array;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** Issuer and subject as encoded: a chain compares these. */
  readonly rawSubject: Uint8Array;
  readonly rawIssuer: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: KeyObject;
  /** False where the certificate itself was signed over MD5 or SHA-1. */
  readonly hasStrongSignature: boolean;
  readonly extensions: ReadonlyMap<string, CertificateExtension>;
  readonly basicConstraints: { readonly critical: boolean; readonly ca: boolean; readonly pathLength?: number } | null;
  /** The names of RFC 5280's bits: `digitalSignature`, `keyCertSign`, … */
  readonly keyUsage: { readonly critical: boolean; readonly bits: readonly string[] } | null;
  /** Object identifiers. */
  readonly extendedKeyUsage: { readonly critical: boolean; readonly oids: readonly string[] } | null;
  /** SHA-256 of the DER, lower-case hex. */
  readonly thumbprint: string;
  isSignedBy(issuer: Certificate): boolean;
}

const MAX_BYTES = 64 * 1024;
const KEY_USAGE_BITS = [
  'digitalSignature',
  'contentCommitment',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];
const WEAK_SIGNATURES = [
  '1.2.840.113549.1.1.2',
  '1.2.840.113549.1.1.4',
  '1.2.840.113549.1.1.5',
  '1.2.840.10040.4.3',
  '1.2.840.10045.4.1',
  '1.3.14.3.2.29',
];
const RSASSA_PSS = '1.2.840.113549.1.1.10';
const SHA1_IN_DER = Buffer.from('06052b0e03021a', 'hex');

/** Throws `unusable-input` when the bytes are no certificate. */
export function parseCertificate(der: Uint8Array): Certificate {
  if (der.length > MAX_BYTES) {
    throw new AppError(
      'limit-reached',
      `cannot read certificate: ${der.length} bytes exceed the limit of ${MAX_BYTES}`,
    );
  }
  try {
    return readCertificate(new Uint8Array(der));
  } catch (cause) {
    if (cause instanceof AppError && cause.message.startsWith('cannot read certificate')) throw cause;
    throw new AppError('unusable-input', `cannot read certificate: ${messageOf(cause)}`, { cause });
  }
}

/** Every certificate of a PEM text (or one DER), in order. Throws `unusable-input` when there is none. */
export function parseCertificates(input: Uint8Array): Certificate[] {
  if (input[0] === derTags.sequence) return [parseCertificate(input)];
  const blocks = parsePem(Buffer.from(input).toString('latin1')).filter(
    (block) => block.label === 'CERTIFICATE' || block.label === 'X509 CERTIFICATE',
  );
  if (blocks.length === 0) throw new AppError('unusable-input', 'cannot read certificates: there is none in it');
  return blocks.map((block) => parseCertificate(block.bytes));
}

function readCertificate(der: Uint8Array): Certificate {
  const [tbs, algorithm] = derChildren(expectDer(parseDer(der), derTags.sequence, 'the certificate'));
  const parts = derChildren(expectDer(tbs, derTags.sequence, 'its body'));
  const first = parts[0]?.tag === 0xa0 ? 1 : 0;
  const [issuer, validity, subject] = [parts[first + 2], parts[first + 3], parts[first + 4]];
  const [notBefore, notAfter] = derChildren(expectDer(validity, derTags.sequence, 'its validity'));
  const issuerName = expectDer(issuer, derTags.sequence, 'its issuer');
  const subjectName = expectDer(subject, derTags.sequence, 'its subject');
  const extensions = readExtensions(parts.find((part) => part.tag === 0xa3));
  const native = new X509Certificate(der);
  return {
    der,
    subject: parseName(subjectName),
    issuer: parseName(issuerName),
    rawSubject: subjectName.bytes,
    rawIssuer: issuerName.bytes,
    notBefore: parseDerTime(notBefore),
    notAfter: parseDerTime(notAfter),
    publicKey: native.publicKey,
    hasStrongSignature: isStrong(expectDer(algorithm, derTags.sequence, 'its signature algorithm')),
    extensions,
    basicConstraints: readBasicConstraints(extensions.get('2.5.29.19')),
    keyUsage: readKeyUsage(extensions.get('2.5.29.15')),
    extendedKeyUsage: readExtendedKeyUsage(extensions.get('2.5.29.37')),
    thumbprint: createHash('sha256').update(der).digest('hex'),
    isSignedBy: (other) => native.verify(other.publicKey),
  };
}

function readExtensions(wrapper: DerElement | undefined): Map<string, CertificateExtension> {
  const extensions = new Map<string, CertificateExtension>();
  if (!wrapper) return extensions;
  const [list] = derChildren(wrapper);
  for (const extension of derChildren(expectDer(list, derTags.sequence, 'its list of extensions'))) {
    const [oidElement, ...rest] = derChildren(extension);
    const oid = parseOid(oidElement);
    if (extensions.has(oid))
      throw new AppError('unusable-input', `cannot read certificate: extension ${oid} is there twice`);
    const critical = rest.length > 1 && rest[0]?.tag === derTags.boolean && rest[0].content[0] !== 0;
    const octets = expectDer(rest.at(-1), derTags.octetString, `extension ${oid}`);
    extensions.set(oid, { critical, value: parseDer(octets.content) });
  }
  return extensions;
}

function isStrong(algorithm: DerElement): boolean {
  const oid = parseOid(derChildren(algorithm)[0]);
  if (WEAK_SIGNATURES.includes(oid)) return false;
  if (oid !== RSASSA_PSS) return true;
  // PSS names its hash in the parameters, and SHA-1 is what an absent name means.
  const parameters = derChildren(algorithm)[1];
  const hash = parameters && derChildren(parameters).find((part) => part.tag === 0xa0);
  return hash !== undefined && !Buffer.from(hash.bytes).includes(SHA1_IN_DER);
}

function readBasicConstraints(extension: CertificateExtension | undefined): Certificate['basicConstraints'] {
  if (!extension) return null;
  const parts = derChildren(expectDer(extension.value, derTags.sequence, 'basicConstraints'));
  const ca = parts[0]?.tag === derTags.boolean && parts[0].content[0] !== 0;
  const length = parts.find((part) => part.tag === derTags.integer);
  const { critical } = extension;
  return length ? { critical, ca, pathLength: parseDerNumber(length) } : { critical, ca };
}

function readKeyUsage(extension: CertificateExtension | undefined): Certificate['keyUsage'] {
  if (!extension) return null;
  const [, ...octets] = expectDer(extension.value, derTags.bitString, 'keyUsage').content;
  const bits = KEY_USAGE_BITS.filter((_, index) => (octets[index >> 3] ?? 0) & (0x80 >> (index & 7)));
  return { critical: extension.critical, bits };
}

function readExtendedKeyUsage(extension: CertificateExtension | undefined): Certificate['extendedKeyUsage'] {
  if (!extension) return null;
  const oids = derChildren(expectDer(extension.value, derTags.sequence, 'extendedKeyUsage')).map(parseOid);
  return { critical: extension.critical, oids };
}
