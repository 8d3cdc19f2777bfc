/**
 * A map that forgets what was not asked for lately: the sizes of what it holds add up to at most `limit`, and at least half of
 * that is kept. Two generations: what is asked for moves to the young one; when that is full it becomes the old one, and what
 * was old is forgotten at once. Values are never undefined.
 */
export class BoundedMap<K, V> {
  readonly #half: number;
  readonly #sizeOf: (value: V, key: K) => number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();
  #youngSize = 0;

  constructor(limit: number, sizeOf: (value: V, key: K) => number = () => 1) {
    this.#half = limit / 2;
    this.#sizeOf = sizeOf;
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.#add(key, old);
    return old;
  }

  /** What is larger than half of the limit is not kept. */
  set(key: K, value: V): void {
    this.delete(key);
    this.#add(key, value);
  }

  delete(key: K): void {
    this.#old.delete(key);
    const known = this.#young.get(key);
    if (known === undefined) return;
    this.#young.delete(key);
    this.#youngSize -= this.#sizeOf(known, key);
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
    this.#youngSize = 0;
  }

  #add(key: K, value: V): void {
    const size = this.#sizeOf(value, key);
    if (size > this.#half) return;
    if (this.#youngSize + size > this.#half) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngSize = 0;
    }
    this.#young.set(key, value);
    this.#youngSize += size;
  }
}
