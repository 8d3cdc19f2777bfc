import { createHash } from 'node:crypto';

/** The digest of a stream. */
export interface StreamHash {
  /** The bytes may be changed once it is resolved. */
  update(bytes: Uint8Array): Promise<void> | void;
  /** `sha256:…` */
  end(): Promise<string> | string;
}

export function createStreamHash(algorithm: 'sha256' | 'sha512'): StreamHash {
  const hash = createHash(algorithm);
  return {
    update: (bytes) => void hash.update(bytes),
    end: () => `${algorithm}:${hash.digest('hex')}`,
  };
}
