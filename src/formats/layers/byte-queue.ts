/** Reads a stream piece by piece, with a look ahead; what was looked at stays until it is taken. */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #onBytes: (bytes: Uint8Array) => void;
  #head: Uint8Array = new Uint8Array();

  /** `onBytes` hears every piece of the source once, as it comes. */
  constructor(source: AsyncIterable<Uint8Array>, onBytes: (bytes: Uint8Array) => void) {
    this.#source = source[Symbol.asyncIterator]();
    this.#onBytes = onBytes;
  }

  async #pull(): Promise<Uint8Array | undefined> {
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done) return undefined;
      this.#onBytes(value);
      if (value.length > 0) return value;
    }
  }

  /** At least so many bytes, or all there are. */
  async peek(minBytes: number): Promise<Uint8Array> {
    while (this.#head.length < minBytes) {
      const more = await this.#pull();
      if (!more) break;
      this.#head = this.#head.length === 0 ? more : Buffer.concat([this.#head, more]);
    }
    return this.#head;
  }

  skip(count: number): void {
    this.#head = this.#head.subarray(count);
  }

  /** The next piece, of any size; undefined at the end. */
  async take(): Promise<Uint8Array | undefined> {
    if (this.#head.length === 0) return this.#pull();
    const piece = this.#head;
    this.#head = new Uint8Array();
    return piece;
  }

  /** Puts back what was taken and not used. */
  unread(bytes: Uint8Array): void {
    this.#head = this.#head.length === 0 ? bytes : Buffer.concat([bytes, this.#head]);
  }

  /** Reads to the end and counts. */
  async drain(): Promise<number> {
    let count = 0;
    for (let piece = await this.take(); piece; piece = await this.take()) count += piece.length;
    return count;
  }

  /** Lets go of the source before its end. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
