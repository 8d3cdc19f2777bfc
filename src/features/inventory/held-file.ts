import { createHash, type Hash, hash } from 'node:crypto';

/** The content of one file while it passes: its digest always, its bytes where somebody wants them. */
export interface HeldFile {
  readonly sha256: string;
  /** Undefined when nobody wants them. A view that is valid only until the next bytes are pushed. */
  readonly bytes: Uint8Array | undefined;
}

/** Gathers a file of a known size. What arrives in one piece is neither copied nor hashed in parts. */
export class FileContent {
  readonly #sizeBytes: number;
  readonly #isHeld: boolean;
  #whole: Uint8Array | undefined;
  #copy: Buffer | undefined;
  #filled = 0;
  #hash: Hash | undefined;

  constructor(sizeBytes: number, isHeld: boolean) {
    this.#sizeBytes = sizeBytes;
    this.#isHeld = isHeld;
  }

  add(bytes: Uint8Array): void {
    if (bytes.length === this.#sizeBytes) {
      this.#whole = bytes;
      return;
    }
    this.#hash ??= createHash('sha256');
    this.#hash.update(bytes);
    if (!this.#isHeld) return;
    // The pages are the system's until they are written to, so a size that is a lie costs nothing.
    this.#copy ??= Buffer.allocUnsafeSlow(this.#sizeBytes);
    this.#copy.set(bytes, this.#filled);
    this.#filled += bytes.length;
  }

  /** Gives the room back at once: the collector of garbage may not come for a long time, and large files are many. */
  release(): void {
    const room = this.#copy?.buffer;
    if (room instanceof ArrayBuffer) room.transfer(0);
    this.#copy = undefined;
    this.#whole = undefined;
  }

  end(): HeldFile {
    if (this.#hash) return { sha256: this.#hash.digest('hex'), bytes: this.#copy };
    const bytes = this.#whole ?? new Uint8Array();
    return { sha256: hash('sha256', bytes), bytes: this.#isHeld ? bytes : undefined };
  }
}
