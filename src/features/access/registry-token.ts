import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import { parseJson } from '#kernel/json.ts';
import { anonymous, type KnownPrincipal } from './principal.ts';
import type { Principals } from './principals.ts';

const LIFETIME_SECONDS = 300;
/** Tolerated between the clocks of two machines. */
const SKEW_SECONDS = 30;
const LONGEST_TOKEN = 16 * 1024;

/** One entry of a token's `access` claim, as in Docker's registry token specification. */
const RegistryScope = z.object({ type: z.string(), name: z.string(), actions: z.array(z.string()) });
export type RegistryScope = z.infer<typeof RegistryScope>;

const Claims = z.object({
  aud: z.string(),
  sub: z.string(),
  ver: z.number(),
  iat: z.number(),
  exp: z.number(),
  access: z.array(RegistryScope),
});

export interface RegistryTokenDeps {
  /** From `registryTokenKey`. */
  readonly key: Uint8Array;
  readonly clock: Clock;
}

/** The key that signs registry tokens, derived from the master key (HKDF, RFC 5869) so that it is good for nothing else. */
export function registryTokenKey(masterKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', masterKey, '', 'assay registry token', 32));
}

const HEADER = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url');

function signatureOf(key: Uint8Array, signed: string): Buffer {
  return createHmac('sha256', key).update(signed).digest();
}

/** A JWT (RFC 7519) of five minutes; `scopes` are those that were granted, `audience` is the registry's service name. */
export function issueRegistryToken(
  { key, clock }: RegistryTokenDeps,
  grant: { readonly principal: KnownPrincipal; readonly scopes: readonly RegistryScope[]; readonly audience: string },
): { token: string; issuedAt: Date; expiresInSeconds: number } {
  const issuedAt = clock.now();
  const iat = Math.floor(issuedAt.getTime() / 1000);
  const claims = {
    aud: grant.audience,
    sub: grant.principal.id,
    ver: grant.principal.version,
    iat,
    exp: iat + LIFETIME_SECONDS,
    access: grant.scopes,
  };
  const signed = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  const token = `${signed}.${signatureOf(key, signed).toString('base64url')}`;
  return { token, issuedAt, expiresInSeconds: LIFETIME_SECONDS };
}

/** True for text in the form of a JWT; an API token never has it. */
export function isRegistryToken(text: string): boolean {
  return text.length <= LONGEST_TOKEN && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

function readClaims(key: Uint8Array, token: string): z.infer<typeof Claims> | undefined {
  const [header, payload = '', signature = ''] = token.split('.');
  if (header !== HEADER) return undefined;
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(key, `${header}.${payload}`);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  return Claims.safeParse(parseJson(Buffer.from(payload, 'base64url'), 'registry token')).data;
}

/**
 * Who holds the token and for which scopes; undefined when it is forged, over, for another audience, or when the
 * principal has gone or changed since (its password, its grants, its teams).
 */
export async function verifyRegistryToken(
  { key, clock, principals }: RegistryTokenDeps & { readonly principals: Pick<Principals, 'find'> },
  token: string,
  audience: string,
): Promise<{ principal: KnownPrincipal; scopes: readonly RegistryScope[] } | undefined> {
  const claims = isRegistryToken(token) ? readClaims(key, token) : undefined;
  const now = clock.now().getTime() / 1000;
  if (!claims || claims.aud !== audience || claims.exp <= now || claims.iat > now + SKEW_SECONDS) return undefined;
  const principal = claims.sub === anonymous.id ? anonymous : await principals.find(claims.sub);
  return principal?.version === claims.ver ? { principal, scopes: claims.access } : undefined;
}
