import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/database/database.ts';
import type { SigningKey } from '../signing.ts';

/** Where keys may come from; each provider takes what it needs. */
export interface KeySources {
  readonly clock: Clock;
  readonly db: Database;
  /** 32 bytes; secrets at rest are sealed with keys derived from it. */
  readonly masterKey: Uint8Array;
  /** Paths of a PEM private key and of its PEM certificate chain, when they are configured. */
  readonly keyFile: string | null;
  readonly chainFile: string | null;
}

/** One way to keep a signing key. */
export interface KeyProvider {
  readonly id: string;
  readonly summary: string;
  /** Undefined when this provider is not configured. Throws with a sentence when it is and cannot be used. */
  open(sources: KeySources): Promise<SigningKey | undefined>;
}
