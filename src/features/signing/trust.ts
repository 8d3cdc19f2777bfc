import type { Certificate } from '#formats/crypto/certificate.ts';
import { formatName, identityFaults } from '#formats/crypto/distinguished-name.ts';
import { formatPem } from '#formats/crypto/pem.ts';
import { leafOf } from './certificate-cache.ts';
import type { SigningKey } from './signing.ts';
import { parseTrustPolicy, type TrustPolicy } from './trust-policy.ts';

/** Whom to trust for what: a policy and the certificates of its stores, by `type:name` as in `ca:assay`. */
export interface Trust {
  readonly policy: TrustPolicy;
  readonly stores: ReadonlyMap<string, readonly Certificate[]>;
}

export interface TrustedAuthority {
  /** The name of the statement and of its store. */
  readonly name: string;
  readonly certificates: readonly Certificate[];
  /** `x509.subject: …`; empty trusts every certificate of the authority. */
  readonly identities: readonly string[];
  readonly scopes: readonly string[];
}

/** Strict trust in one authority. Throws `unusable-input` when the identities or scopes are not usable. */
export function trustAuthority({ name, certificates, identities, scopes }: TrustedAuthority): Trust {
  const policy = parseTrustPolicy({
    version: '1.0',
    trustPolicies: [
      {
        name,
        registryScopes: scopes,
        signatureVerification: { level: 'strict' },
        trustStores: [`ca:${name}`],
        trustedIdentities: identities.length > 0 ? identities : ['*'],
      },
    ],
  });
  return { policy, stores: new Map([[`ca:${name}`, certificates]]) };
}

/** What a verifier needs to trust a key: its root as PEM, and its name where it can be one. */
export function describeTrust(key: Pick<SigningKey, 'chain' | 'isDevelopment'>): {
  readonly roots: string[];
  readonly identities: string[];
  readonly developmentKey: boolean;
} {
  const root = key.chain.at(-1);
  const identity = identityOf(leafOf(key.chain));
  return {
    roots: root ? [formatPem('CERTIFICATE', root)] : [],
    identities: identity === undefined ? [] : [identity],
    developmentKey: key.isDevelopment,
  };
}

/** How a policy names this signer; undefined when its subject cannot be a trusted identity. */
export function identityOf(leaf: Certificate): string | undefined {
  if (identityFaults(leaf.subject).length > 0) return undefined;
  return `x509.subject: ${formatName(leaf.subject)}`;
}
