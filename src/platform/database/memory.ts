import { BoundedMap } from '#kernel/bounded-map.ts';

/**
 * What was read from the database about the members of groups, remembered until the database tells of a change. Whoever forgets
 * is told in the transaction's order, so that a value read before a change is never found after it was told.
 */
export interface Memory<V> {
  /** Undefined also while the database's messages are not sure to arrive. */
  get(group: string, key: string): V | undefined;
  /** To be called before the database is asked. */
  beginReading(group: string): Reading;
  /** Does nothing when anything about the group may have changed since the reading began. */
  keep(reading: Reading, key: string, value: V): void;
  forget(group: string, key: string): void;
  forgetGroup(group: string): void;
  forgetAll(): void;
}

export interface Reading {
  readonly group: string;
  readonly slot: number;
  readonly changes: number;
  readonly losses: number;
}

interface Entry<V> {
  readonly value: V;
  readonly slot: number;
  readonly epoch: number;
}

/**
 * Groups share counters: a change in one group may cost a value of another its place, never the other way round. So the
 * counters need no bound of their own.
 */
const SLOTS = 8192;

/** `isTrusted`: whether every change so far has been, or will at once be, told. */
export function createMemory<V>(options: { readonly entries: number; isTrusted(): boolean }): Memory<V> {
  const { isTrusted } = options;
  const entries = new BoundedMap<string, Entry<V>>(options.entries);
  /** By slot: raised with everything that is forgotten, and with every group that is forgotten as a whole. */
  const changes = new Uint32Array(SLOTS);
  const epochs = new Uint32Array(SLOTS);
  let losses = 0;

  return {
    get(group, key) {
      if (!isTrusted()) return undefined;
      const entry = entries.get(`${group} ${key}`);
      return entry !== undefined && entry.epoch === epochs[entry.slot] ? entry.value : undefined;
    },
    beginReading(group) {
      const slot = slotOf(group);
      return { group, slot, changes: changes[slot] ?? 0, losses };
    },
    keep(reading, key, value) {
      const { group, slot } = reading;
      if (reading.losses !== losses || reading.changes !== changes[slot] || !isTrusted()) return;
      entries.set(`${group} ${key}`, { value, slot, epoch: epochs[slot] ?? 0 });
    },
    forget(group, key) {
      const slot = slotOf(group);
      changes[slot] = (changes[slot] ?? 0) + 1;
      entries.delete(`${group} ${key}`);
    },
    forgetGroup(group) {
      const slot = slotOf(group);
      changes[slot] = (changes[slot] ?? 0) + 1;
      epochs[slot] = (epochs[slot] ?? 0) + 1;
    },
    forgetAll() {
      losses += 1;
      entries.clear();
    },
  };
}

function slotOf(group: string): number {
  let hash = 0;
  for (let at = 0; at < group.length; at += 1) hash = (Math.imul(hash, 31) + group.charCodeAt(at)) | 0;
  return hash & (SLOTS - 1);
}
