import { parseCertificates } from '#formats/crypto/certificate.ts';
import { AppError } from '#kernel/errors.ts';
import { trustAuthority } from './trust.ts';
import type { TrustedPublisher } from './trusted-publisher-store.ts';
import type { SignatureToVerify, Verification } from './verification.ts';
import { verifySignature } from './verify.ts';

/** Throws `invalid-input` or `unusable-input` when the certificates, identities or scopes are not usable. */
export function checkTrustedPublisher(publisher: Omit<TrustedPublisher, 'createdAt'>): void {
  const { name, identities, scopes } = publisher;
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/.test(name)) {
    throw new AppError(
      'invalid-input',
      `cannot trust publisher "${name}": use lower-case letters, digits, ".", "_" and "-"`,
    );
  }
  if (scopes.length === 0) throw new AppError('invalid-input', `cannot trust publisher ${name}: it has no scope`);
  trustAuthority({
    name,
    certificates: parseCertificates(Buffer.from(publisher.certificates)),
    identities,
    scopes: ['*'],
  });
}

/** A stand-in host: publishers are trusted for repositories of this registry, whatever its name is. */
const HOST = 'registry.internal';

export interface PublisherVerification {
  readonly publisher: string;
  readonly verification: Verification;
}

/**
 * What each publisher who is trusted for the repository makes of this signature. The image has a publisher's signature when one
 * of them is valid. `repository` is without a host, as in `staging/base/alpine`.
 */
export function verifyPublishers(
  publishers: readonly TrustedPublisher[],
  signature: SignatureToVerify,
  now: Date,
): PublisherVerification[] {
  return publishers
    .filter((publisher) => covers(publisher, signature.repository))
    .map((publisher) => {
      const { name, identities } = publisher;
      const certificates = parseCertificates(Buffer.from(publisher.certificates));
      const trust = trustAuthority({ name, certificates, identities, scopes: ['*'] });
      const repository = `${HOST}/${signature.repository}`;
      return { publisher: name, verification: verifySignature(trust, { ...signature, repository }, now) };
    });
}

function covers({ scopes }: TrustedPublisher, repository: string): boolean {
  return scopes.some(
    (scope) =>
      scope === '*' || scope === repository || (scope.endsWith('/*') && repository.startsWith(scope.slice(0, -1))),
  );
}
