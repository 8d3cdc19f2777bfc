import { createHash } from 'node:crypto';
import { type BackgroundHash, startBackgroundHash } from './background-hash.ts';

/** The digest of a stream. */
export interface StreamHash {
  /** The bytes may be changed once it is resolved. */
  update(bytes: Uint8Array): Promise<void> | void;
  /** `sha256:…`; to be called once, whatever happened. */
  end(): Promise<string> | string;
}

/** Up to here a thread of its own costs more than it saves. */
const SMALL_BYTES = 16 * 1024 * 1024;

/** The digest of a stream of unknown length; long ones are hashed beside the rest of the work. */
export function createStreamHash(algorithm: 'sha256' | 'sha512'): StreamHash {
  const small: Uint8Array[] = [];
  let sizeBytes = 0;
  let background: BackgroundHash | undefined;
  return {
    async update(bytes) {
      sizeBytes += bytes.length;
      if (background) return background.update(bytes);
      small.push(new Uint8Array(bytes));
      if (sizeBytes <= SMALL_BYTES) return;
      background = startBackgroundHash(algorithm);
      for (const piece of small.splice(0)) await background.update(piece);
    },
    async end() {
      if (background) return `${algorithm}:${await background.end()}`;
      const hash = createHash(algorithm);
      for (const piece of small) hash.update(piece);
      return `${algorithm}:${hash.digest('hex')}`;
    },
  };
}
