import type { Certificate } from './certificate.ts';
import { formatName } from './distinguished-name.ts';
import { algorithmOfKey, describeKey } from './signature-algorithm.ts';

/** A rule of the Notary Project signature specification ("Certificate requirements") that a chain breaks. */
export interface CertificateFault {
  /** Kebab-case and stable. */
  readonly code: string;
  /** A clause with the fact: `CN=…: keyUsage is not critical`. */
  readonly message: string;
}

const MAX_CHAIN = 16;
const LEAF_FORBIDDEN_USAGE = [
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];
const LEAF_FORBIDDEN_PURPOSES: Readonly<Record<string, string>> = {
  '2.5.29.37.0': 'anyExtendedKeyUsage',
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
};

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

export function isSelfSigned(certificate: Certificate): boolean {
  return sameBytes(certificate.rawIssuer, certificate.rawSubject) && certificate.isSignedBy(certificate);
}

/**
 * Everything that is wrong with a code-signing chain, leaf first and root last; empty when nothing is. Stricter than the
 * reference verifier where that is laxer than the specification. Validity in time is not looked at.
 */
export function codeSigningFaults(chain: readonly Certificate[]): CertificateFault[] {
  const leaf = chain[0];
  if (!leaf) return [{ code: 'chain-empty', message: 'the chain holds no certificate' }];
  if (chain.length > MAX_CHAIN) {
    return [{ code: 'chain-too-long', message: `the chain has ${chain.length} certificates, more than ${MAX_CHAIN}` }];
  }
  const faults = [...leafFaults(leaf), ...linkFaults(chain)];
  for (const [index, certificate] of chain.entries()) {
    if (index > 0) faults.push(...authorityFaults(certificate, index - 1));
  }
  return faults;
}

function fault(certificate: Certificate, code: string, text: string): CertificateFault {
  return { code, message: `${formatName(certificate.subject) || 'a certificate without a name'}: ${text}` };
}

function leafFaults(leaf: Certificate): CertificateFault[] {
  const faults: CertificateFault[] = [];
  const say = (code: string, text: string) => faults.push(fault(leaf, code, text));
  if (!algorithmOfKey(leaf.publicKey)) {
    say(
      'key-not-allowed',
      `its key is ${describeKey(leaf.publicKey)}; RSA of 2048, 3072 or 4096 bits and ECDSA P-256, P-384 or P-521 are allowed`,
    );
  }
  if (leaf.basicConstraints?.ca) say('leaf-is-authority', 'it is the certificate of an authority, not of a signer');
  if (!leaf.keyUsage) say('key-usage-missing', 'it has no keyUsage');
  else {
    if (!leaf.keyUsage.critical) say('key-usage-not-critical', 'its keyUsage is not critical');
    if (!leaf.keyUsage.bits.includes('digitalSignature')) say('key-usage-lacks', 'its keyUsage lacks digitalSignature');
    const forbidden = leaf.keyUsage.bits.filter((bit) => LEAF_FORBIDDEN_USAGE.includes(bit));
    if (forbidden.length > 0)
      say('key-usage-forbidden', `its keyUsage has ${forbidden.join(', ')}, which is forbidden`);
  }
  const purposes = (leaf.extendedKeyUsage?.oids ?? []).flatMap((oid) => LEAF_FORBIDDEN_PURPOSES[oid] ?? []);
  if (purposes.length > 0) {
    say('extended-key-usage-forbidden', `its extendedKeyUsage has ${purposes.join(', ')}, which is forbidden`);
  }
  return faults;
}

function authorityFaults(certificate: Certificate, authoritiesBelow: number): CertificateFault[] {
  const faults: CertificateFault[] = [];
  const say = (code: string, text: string) => faults.push(fault(certificate, code, text));
  const { basicConstraints, keyUsage } = certificate;
  if (!basicConstraints?.ca) say('not-an-authority', 'it issued a certificate but its basicConstraints do not say cA');
  else {
    if (!basicConstraints.critical) say('basic-constraints-not-critical', 'its basicConstraints are not critical');
    if (basicConstraints.pathLength !== undefined && basicConstraints.pathLength < authoritiesBelow) {
      say('path-too-long', `${authoritiesBelow} authorities lie below it but it allows ${basicConstraints.pathLength}`);
    }
  }
  if (!keyUsage) say('key-usage-missing', 'it has no keyUsage');
  else {
    if (!keyUsage.critical) say('key-usage-not-critical', 'its keyUsage is not critical');
    if (!keyUsage.bits.includes('keyCertSign')) say('key-usage-lacks', 'its keyUsage lacks keyCertSign');
  }
  return faults;
}

function linkFaults(chain: readonly Certificate[]): CertificateFault[] {
  const faults: CertificateFault[] = [];
  for (const [index, certificate] of chain.entries()) {
    const say = (code: string, text: string) => faults.push(fault(certificate, code, text));
    if (!certificate.hasStrongSignature) say('weak-signature', 'it was signed over SHA-1 or MD5');
    const issuer = chain[index + 1];
    if (!issuer) {
      if (!isSelfSigned(certificate))
        say('root-missing', 'it ends the chain but is not self-signed: the root is missing');
    } else if (isSelfSigned(certificate)) {
      say('root-not-last', 'it is self-signed but not the last of the chain');
    } else if (!sameBytes(certificate.rawIssuer, issuer.rawSubject) || !certificate.isSignedBy(issuer)) {
      say('issuer-mismatch', `it was not issued by the next of the chain, ${formatName(issuer.subject)}`);
    }
  }
  return faults;
}
