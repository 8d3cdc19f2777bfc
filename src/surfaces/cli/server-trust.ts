import { type Trust, type TrustedAuthority, trustAuthority } from '#features/signing/index.ts';
import { parseCertificates } from '#formats/crypto/certificate.ts';
import { TrustAnswer } from '#model/api-trust.ts';
import type { ApiClient } from './client.ts';

export const TRUST_NAME = 'assay';

export async function fetchTrust(client: ApiClient): Promise<TrustAnswer> {
  return TrustAnswer.parse(await client.get<unknown>('/trust'));
}

/** The server's word about itself, for these scopes. */
export function authorityOf(answer: TrustAnswer, scopes: readonly string[]): TrustedAuthority {
  const certificates = answer.roots.flatMap((pem) => parseCertificates(Buffer.from(pem)));
  return { name: TRUST_NAME, certificates, identities: answer.identities, scopes };
}

/** Trust in the server's own signing key, for everything in its registry. */
export function trustOf(answer: TrustAnswer): Trust {
  return trustAuthority(authorityOf(answer, [`${answer.registryHost}/*`]));
}
