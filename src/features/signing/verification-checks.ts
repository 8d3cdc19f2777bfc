import type { Certificate } from '#formats/crypto/certificate.ts';
import { codeSigningFaults } from '#formats/crypto/certificate-rules.ts';
import { formatName, identityFaults, matchesIdentity } from '#formats/crypto/distinguished-name.ts';
import { formatSeconds, PAYLOAD_MEDIA_TYPE } from '#formats/crypto/jws.ts';
import { AppError } from '#kernel/errors.ts';
import { parseIdentity } from './trust-policy.ts';
import type { VerificationContext } from './verification.ts';

/** The checks of a signature whose envelope is open; each returns its fact or throws why it fails. */

const CRL_POINTS = '2.5.29.31';
const AUTHORITY_ACCESS = '1.3.6.1.5.5.7.1.1';
const OCSP_IN_DER = Buffer.from('06082b06010505073001', 'hex');

function failed(reason: string): AppError {
  return new AppError('unusable-input', reason);
}

function leafOf({ opened }: VerificationContext): Certificate {
  const leaf = opened.chain[0];
  if (!leaf) throw failed('the signature carries no certificate');
  return leaf;
}

export function checkCertificates(context: VerificationContext): string {
  const { opened, manifest } = context;
  const faults = codeSigningFaults(opened.chain);
  if (faults.length > 0) throw failed(faults.map((fault) => fault.message).join('; '));
  const thumbprints = opened.chain.map((certificate) => certificate.thumbprint);
  if (thumbprints.join() !== manifest.thumbprints.join()) {
    throw failed('the thumbprints in the signature manifest are not those of the certificates');
  }
  return `${opened.chain.length} certificates from ${formatName(leafOf(context).subject)} to their root obey every rule`;
}

export function checkSubject({ opened, signature, target }: VerificationContext): string {
  if (opened.contentType !== PAYLOAD_MEDIA_TYPE) throw failed(`the signed content is ${opened.contentType}`);
  const { mediaType, digest, size } = signature.subject;
  if (target.digest !== digest) throw failed(`it was made for ${target.digest}, not for ${digest}`);
  if (target.size !== size || target.mediaType !== mediaType) {
    throw failed(`it was made for ${target.mediaType} of ${target.size} bytes, not for ${mediaType} of ${size}`);
  }
  return `it was made for ${digest}`;
}

export function checkAuthenticity(context: VerificationContext): string {
  const { trust, statement, opened } = context;
  const kind = opened.scheme === 'notary.x509' ? 'ca' : 'signingAuthority';
  const stores = statement.trustStores.filter((store) => store.startsWith(`${kind}:`));
  const anchors = new Map(
    stores.flatMap((store) => (trust.stores.get(store) ?? []).map((certificate) => [certificate.thumbprint, store])),
  );
  const anchor = opened.chain.find((certificate) => anchors.has(certificate.thumbprint));
  if (!anchor)
    throw failed(`no certificate of its chain is in the trust stores ${stores.join(', ') || `of type ${kind}`}`);
  const where = `${formatName(anchor.subject)} is in ${anchors.get(anchor.thumbprint)}`;
  if (statement.trustedIdentities.includes('*')) return `${where}, and every signer below it is trusted`;
  const { subject } = leafOf(context);
  const faults = identityFaults(subject);
  if (faults.length > 0)
    throw failed(`the signer ${formatName(subject)} cannot be a trusted identity: ${faults.join(', ')}`);
  const trusted = statement.trustedIdentities.find((text) => {
    const identity = parseIdentity(text);
    return identity !== undefined && matchesIdentity(subject, identity);
  });
  if (trusted === undefined) throw failed(`the signer ${formatName(subject)} is none of the trusted identities`);
  return `${where}, and the signer is "${trusted}"`;
}

export function checkExpiry({ opened, now }: VerificationContext): string {
  if (!opened.expiry) return 'it has no expiry of its own';
  if (now >= opened.expiry) throw failed(`it expired on ${formatSeconds(opened.expiry)}`);
  return `it is valid until ${formatSeconds(opened.expiry)}`;
}

/** Certificates must be valid now, or, under the authority scheme, at the time that the authority vouches for. */
export function checkTime({ statement, opened, now }: VerificationContext): string {
  if (opened.scheme === 'notary.x509' && statement.trustStores.some((store) => store.startsWith('tsa:'))) {
    throw failed('the policy asks for a timestamp by a trusted authority, which this version cannot check');
  }
  const [at, words] =
    opened.scheme === 'notary.x509' ? [now, 'now'] : [opened.signingTime, `at ${formatSeconds(opened.signingTime)}`];
  for (const { subject, notBefore, notAfter } of opened.chain) {
    const name = formatName(subject);
    if (at < notBefore) throw failed(`the certificate ${name} is not valid before ${formatSeconds(notBefore)}`);
    if (at > notAfter) throw failed(`the certificate ${name} expired on ${formatSeconds(notAfter)}`);
  }
  return `every certificate is valid ${words}`;
}

export function checkRevocation({ opened }: VerificationContext): string {
  const asking = opened.chain.slice(0, -1).find(({ extensions }) => {
    const access = extensions.get(AUTHORITY_ACCESS);
    return extensions.has(CRL_POINTS) || (access && Buffer.from(access.value.bytes).includes(OCSP_IN_DER));
  });
  if (!asking) return 'no certificate names a place to ask about revocation';
  throw failed(
    `the certificate ${formatName(asking.subject)} names a revocation list or responder, which this version does not ask`,
  );
}
