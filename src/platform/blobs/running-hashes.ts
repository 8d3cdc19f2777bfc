import { createHash, type Hash } from 'node:crypto';

/** Uploads whose running hash this process remembers; the others are read again when they finish. */
const REMEMBERED = 1024;

export interface RunningHash {
  readonly hash: Hash;
  sizeBytes: number;
}

/**
 * SHA-256 of uploads as far as this process has seen all their bytes. Node.js cannot write down a hash that is under
 * way, so it does not travel to other processes.
 */
export class RunningHashes {
  readonly #known = new Map<string, RunningHash>();

  begin(id: string): void {
    const oldest = this.#known.keys().next();
    if (this.#known.size >= REMEMBERED && !oldest.done) this.#known.delete(oldest.value);
    this.#known.set(id, { hash: createHash('sha256'), sizeBytes: 0 });
  }

  /** What is remembered, if it is of so many bytes; otherwise another process wrote since, and it is useless. */
  at(id: string, sizeBytes: number): RunningHash | undefined {
    const known = this.#known.get(id);
    if (known?.sizeBytes === sizeBytes) return known;
    this.forget(id);
    return undefined;
  }

  forget(id: string): void {
    this.#known.delete(id);
  }
}
