import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '#model/access.ts';
import { CATALOG_NAMESPACE } from '#model/namespace.ts';

/** A principal as it was read, with the version of what it is and may do. */
export interface KnownPrincipal extends Principal {
  readonly version: number;
}

/** Whoever shows no credentials: reads the catalog. Whether it is let in at all is decided where requests come in. */
export const anonymous: KnownPrincipal = {
  id: 'anonymous',
  kind: 'workload',
  name: 'anonymous',
  grants: [{ namespace: CATALOG_NAMESPACE, role: 'reader' }],
  version: 0,
};

/** The name that may stand before an API token in Basic authentication, beside the principal's own. */
export const TOKEN_USERNAME = 'token';

/** Names that nobody can have. */
export const reservedNames: readonly string[] = [anonymous.name, TOKEN_USERNAME, 'assay', 'system'];

const PREFIX = 'assay_';
const SECRET = /^assay_[A-Za-z0-9_-]{43}$/;

/** 256 random bits that say whose they are: secret scanners find them by the prefix. */
export function createSecret(): string {
  return PREFIX + randomBytes(32).toString('base64url');
}

export function isSecret(text: string): boolean {
  return SECRET.test(text);
}

/** What is stored of a secret. It is random, so a fast digest is enough. */
export function secretDigest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
