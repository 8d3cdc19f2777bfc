export { type AnnouncedTrust, announceTrust, findAnnouncedTrust } from './announced-trust-store.ts';
export { type Envelope, envelopes } from './envelopes/index.ts';
export { connectKey } from './key-client.ts';
export { serveKey } from './key-server.ts';
export { type KeyProvider, type KeySources, keyProviders } from './keys/index.ts';
export { signingMigrations } from './migrations/index.ts';
export { openSigningKey } from './open-key.ts';
export { type SignRequest, signManifest } from './sign.ts';
export type { SignatureFacts, SignatureTarget, SignedBlob, SignedManifest, SigningKey } from './signing.ts';
export { describeTrust, identityOf, type Trust, type TrustedAuthority, trustAuthority } from './trust.ts';
export { exportTrust, readTrust } from './trust-folder.ts';
export {
  findTrustedPublishers,
  putTrustedPublisher,
  removeTrustedPublisher,
  type TrustedPublisher,
} from './trusted-publisher-store.ts';
export { checkTrustedPublisher, type PublisherVerification, verifyPublishers } from './trusted-publishers.ts';
export type { SignatureToVerify, Verification, VerificationCheck } from './verification.ts';
export { verifySignature } from './verify.ts';
