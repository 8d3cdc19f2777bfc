import { z } from 'zod';
import { type DistinguishedName, matchesIdentity, parseNameText } from '#formats/crypto/distinguished-name.ts';
import { AppError } from '#kernel/errors.ts';

/**
 * A trust policy document of the Notary Project, version 1.0
 * (notaryproject/specifications, trust-store-trust-policy.md). Scopes that end in `/*` are Assay's own and never exported.
 */
const Enforcement = z.enum(['enforce', 'log', 'skip']);
export type Enforcement = z.infer<typeof Enforcement>;

const Statement = z.object({
  name: z.string().min(1),
  registryScopes: z.array(z.string()).min(1),
  signatureVerification: z.object({
    level: z.enum(['strict', 'permissive', 'audit', 'skip']),
    override: z
      .strictObject({
        authenticity: z.enum(['enforce', 'log']),
        authenticTimestamp: z.enum(['enforce', 'log']),
        expiry: z.enum(['enforce', 'log']),
        revocation: Enforcement,
      })
      .partial()
      .optional(),
    verifyTimestamp: z.enum(['always', 'afterCertExpiry']).optional(),
  }),
  trustStores: z.array(z.string().regex(/^(?:ca|signingAuthority|tsa):[a-zA-Z0-9_.-]+$/)).default([]),
  trustedIdentities: z.array(z.string()).default([]),
});
export type TrustStatement = z.infer<typeof Statement>;

export const TrustPolicy = z.object({ version: z.literal('1.0'), trustPolicies: z.array(Statement).min(1) });
export type TrustPolicy = z.infer<typeof TrustPolicy>;

/** What may be logged instead of enforced; the rest is always enforced. */
export type AdjustableCheck = 'authenticity' | 'authenticTimestamp' | 'expiry' | 'revocation';

const LEVELS: Readonly<Record<'strict' | 'permissive' | 'audit', Readonly<Record<AdjustableCheck, Enforcement>>>> = {
  strict: { authenticity: 'enforce', authenticTimestamp: 'enforce', expiry: 'enforce', revocation: 'enforce' },
  permissive: { authenticity: 'enforce', authenticTimestamp: 'log', expiry: 'log', revocation: 'log' },
  audit: { authenticity: 'log', authenticTimestamp: 'log', expiry: 'log', revocation: 'log' },
};

export function enforcementOf(statement: TrustStatement, check: AdjustableCheck): Enforcement {
  const { level, override } = statement.signatureVerification;
  if (level === 'skip') return 'skip';
  return override?.[check] ?? LEVELS[level][check];
}

function unusable(reason: string): AppError {
  return new AppError('unusable-input', `cannot use trust policy: ${reason}`);
}

/** Throws `unusable-input` with the first rule of the specification that the document breaks. */
export function parseTrustPolicy(value: unknown): TrustPolicy {
  const parsed = TrustPolicy.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw unusable(`${issue?.path.join('.')}: ${issue?.message}`);
  }
  const statements = parsed.data.trustPolicies;
  const scopes = statements.flatMap((statement) => statement.registryScopes);
  const twice = scopes.find((scope, index) => scopes.indexOf(scope) !== index);
  if (twice !== undefined) throw unusable(`the scope ${twice} stands in it twice`);
  const names = statements.map((statement) => statement.name);
  if (new Set(names).size !== names.length) throw unusable('two statements have the same name');
  for (const statement of statements) checkStatement(statement);
  return parsed.data;
}

function checkStatement(statement: TrustStatement): void {
  const { name, registryScopes, signatureVerification, trustStores, trustedIdentities } = statement;
  if (registryScopes.includes('*') && registryScopes.length > 1) throw unusable(`${name}: the scope "*" stands alone`);
  for (const scope of registryScopes) {
    if (scope !== '*' && !/^[A-Za-z0-9.-]+(?::\d+)?\/(?:[a-z0-9._/-]*[a-z0-9]|(?:[a-z0-9._-]+\/)*\*)$/.test(scope)) {
      throw unusable(`${name}: the scope ${scope} is no HOST/REPOSITORY`);
    }
  }
  if (signatureVerification.level === 'skip') {
    const isCustom = signatureVerification.override !== undefined || trustStores.length + trustedIdentities.length > 0;
    if (isCustom) throw unusable(`${name}: level skip goes with no stores, identities or overrides`);
    return;
  }
  if (trustStores.length === 0 || trustedIdentities.length === 0) {
    throw unusable(`${name}: at least one trust store and one trusted identity are needed`);
  }
  checkIdentities(name, trustedIdentities);
}

function checkIdentities(name: string, identities: readonly string[]): void {
  if (identities.includes('*') && identities.length > 1) throw unusable(`${name}: the identity "*" stands alone`);
  const parsed = identities.map(parseIdentity).filter((identity) => identity !== undefined);
  for (const [index, identity] of parsed.entries()) {
    for (const type of ['C', 'ST', 'O']) {
      if (!identity.some((part) => part.type === type)) throw unusable(`${name}: an identity has no ${type}`);
    }
    if (new Set(identity.map((part) => part.type)).size !== identity.length) {
      throw unusable(`${name}: an identity has an attribute twice`);
    }
    if (parsed.some((other, at) => at !== index && matchesIdentity(other, identity))) {
      throw unusable(`${name}: one identity is part of another`);
    }
  }
}

/** The name of an `x509.subject:` identity; undefined for `*` and for kinds that Assay does not know. */
export function parseIdentity(identity: string): DistinguishedName | undefined {
  const prefix = 'x509.subject:';
  return identity.startsWith(prefix) ? parseNameText(identity.slice(prefix.length)) : undefined;
}

/** The statement for `HOST/REPOSITORY`: an exact scope beats the longest prefix, which beats `*`. */
export function findStatement(policy: TrustPolicy, repository: string): TrustStatement | undefined {
  let best: { readonly statement: TrustStatement; readonly weight: number } | undefined;
  for (const statement of policy.trustPolicies) {
    for (const scope of statement.registryScopes) {
      const weight = weightOf(scope, repository);
      if (weight > (best?.weight ?? -1)) best = { statement, weight };
    }
  }
  return best?.statement;
}

function weightOf(scope: string, repository: string): number {
  if (scope === repository) return Number.MAX_SAFE_INTEGER;
  if (scope === '*') return 0;
  return scope.endsWith('/*') && repository.startsWith(scope.slice(0, -1)) ? scope.length : -1;
}
