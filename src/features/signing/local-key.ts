import { createPublicKey, type KeyObject } from 'node:crypto';
import { parseCertificate } from '#formats/crypto/certificate.ts';
import { codeSigningFaults } from '#formats/crypto/certificate-rules.ts';
import { formatName, identityFaults } from '#formats/crypto/distinguished-name.ts';
import { formatSeconds } from '#formats/crypto/jws.ts';
import { algorithmOfKey, signBytes } from '#formats/crypto/signature-algorithm.ts';
import { addDays } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { SigningKey } from './signing.ts';

export interface LocalKey {
  readonly privateKey: KeyObject;
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly isDevelopment: boolean;
}

const EXPIRY_WARNING_DAYS = 30;

/**
 * A key in this process's memory. Throws `invalid-input` that names every rule the chain breaks, or that the key is not
 * the certificate's; verifiers would refuse whatever it signed.
 */
export function createLocalKey({ privateKey, chain, isDevelopment }: LocalKey, now: Date): SigningKey {
  const certificates = chain.map(parseCertificate);
  const faults = codeSigningFaults(certificates);
  const leaf = certificates[0];
  const algorithm = leaf && algorithmOfKey(leaf.publicKey);
  if (!leaf || !algorithm || faults.length > 0) {
    const reasons = faults.map((fault) => fault.message).join('; ');
    throw new AppError('invalid-input', `cannot use the signing certificate: ${reasons}`, { details: faults });
  }
  if (!isPair(privateKey, leaf.publicKey)) {
    throw new AppError(
      'invalid-input',
      `cannot use the signing key: it is not the key of the certificate ${formatName(leaf.subject)}`,
    );
  }
  const warnings: string[] = [];
  const identity = identityFaults(leaf.subject);
  if (identity.length > 0) {
    warnings.push(
      `the subject ${formatName(leaf.subject)} cannot be a trusted identity because ${identity.join(' and ')}: verifiers must trust every certificate of the authority ("*")`,
    );
  }
  for (const { subject, notBefore, notAfter } of certificates) {
    const name = formatName(subject);
    if (now < notBefore) warnings.push(`the certificate ${name} is not valid before ${formatSeconds(notBefore)}`);
    else if (now > notAfter) warnings.push(`the certificate ${name} expired on ${formatSeconds(notAfter)}`);
    else if (addDays(now, EXPIRY_WARNING_DAYS) > notAfter) {
      warnings.push(`the certificate ${name} expires on ${formatSeconds(notAfter)}, and with it every signature`);
    }
  }
  return { chain, algorithm, isDevelopment, warnings, sign: (bytes) => signBytes(algorithm, privateKey, bytes) };
}

function isPair(privateKey: KeyObject, publicKey: KeyObject): boolean {
  return createPublicKey(privateKey).equals(publicKey);
}
