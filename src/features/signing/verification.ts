import type { OpenedEnvelope } from './envelopes/index.ts';
import type { SignatureManifest } from './signature-manifest.ts';
import type { SignatureTarget } from './signing.ts';
import type { TargetArtifact } from './signing-input.ts';
import type { Trust } from './trust.ts';
import type { TrustStatement } from './trust-policy.ts';

/** One thing that was looked at. `logged`: it failed, and the policy only wants that said. */
export interface VerificationCheck {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'logged' | 'not-reached';
  /** A sentence with the fact that proves it. */
  readonly detail: string;
}

/** The outcome of looking at one signature, check by check. What the signature says is null when it cannot be read. */
export interface Verification {
  readonly valid: boolean;
  readonly checks: readonly VerificationCheck[];
  readonly signedBy: string | null;
  readonly signedAt: Date | null;
  readonly expiresAt: Date | null;
  /** The signer's own words, signed with the subject; empty unless the signature is valid. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface SignatureToVerify {
  /** `HOST/REPOSITORY`, which chooses the statement of the policy. */
  readonly repository: string;
  /** The manifest that ought to be signed, as it lies in the registry. */
  readonly subject: SignatureTarget;
  readonly manifest: Uint8Array;
  readonly envelope: Uint8Array;
}

/** Everything that a check may look at, once the envelope is open. */
export interface VerificationContext {
  readonly trust: Trust;
  readonly statement: TrustStatement;
  readonly signature: SignatureToVerify;
  readonly manifest: SignatureManifest;
  readonly opened: OpenedEnvelope;
  readonly target: TargetArtifact;
  readonly now: Date;
}
