export { type AuditedChange, audit, listAudit } from './audit-store.ts';
export { type Authenticator, type Credentials, createAuthenticator } from './authenticator.ts';
export { firstAdministrator } from './first-administrator.ts';
export { accessMigrations } from './migrations/index.ts';
export { createPasswords, type Passwords } from './passwords.ts';
export { anonymous, type KnownPrincipal } from './principal.ts';
export {
  createPrincipal,
  deletePrincipal,
  findPrincipal,
  findPrincipalByExternalId,
  findPrincipalByName,
  getPrincipalByName,
  listPrincipals,
  type StoredPrincipal,
  setDisabled,
  setGrants,
  setPassword,
} from './principal-store.ts';
export { createPrincipals, openPrincipals, type Principals } from './principals.ts';
export {
  isRegistryToken,
  issueRegistryToken,
  type RegistryScope,
  registryTokenKey,
  verifyRegistryToken,
} from './registry-token.ts';
export { ACCESS_CHANNEL } from './rights-store.ts';
export { createSession, endSession, findSession } from './session-store.ts';
export { addMember, membersOf, removeMember, teamsOf } from './team-store.ts';
export { createToken, deleteToken, listTokens } from './token-store.ts';
