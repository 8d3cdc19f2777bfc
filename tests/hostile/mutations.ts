/** The same numbers from the same seed on every machine (mulberry32). */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Mutation = (bytes: Buffer, random: (below: number) => number) => Buffer;

/** Numbers that readers trip over. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x20, 0x30, 0x37];

const mutations: readonly Mutation[] = [
  function flipBits(bytes, random) {
    const changed = Buffer.from(bytes);
    for (let count = 1 + random(8); count > 0 && changed.length > 0; count -= 1) {
      const at = random(changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << random(8));
    }
    return changed;
  },
  function overwrite(bytes, random) {
    const changed = Buffer.from(bytes);
    const at = random(changed.length + 1);
    changed.fill(EDGES[random(EDGES.length)] ?? 0, at, Math.min(changed.length, at + 1 + random(64)));
    return changed;
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length + 1)),
  function remove(bytes, random) {
    const at = random(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random(600))]);
  },
  function repeat(bytes, random) {
    const [from, at] = [random(bytes.length + 1), random(bytes.length + 1)];
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + random(2000)), bytes.subarray(at)]);
  },
  (bytes, random) => Buffer.concat([bytes, bytes.subarray(0, random(bytes.length + 1))]),
  function huge(bytes, random) {
    const changed = Buffer.from(bytes);
    // Decimal and octal digits become nines and sevens: sizes, lengths and counts grow.
    const from = random(changed.length + 1);
    for (let at = from; at < Math.min(changed.length, from + 512); at += 1) {
      const byte = changed[at] ?? 0;
      if (byte >= 0x30 && byte <= 0x39) changed[at] = 0x37;
    }
    return changed;
  },
];

/** One to three changes, of kinds that break readers. */
export function mutate(bytes: Buffer, random: (below: number) => number): Buffer {
  let changed = bytes;
  for (let count = 1 + random(3); count > 0; count -= 1)
    changed = mutations[random(mutations.length)]?.(changed, random) ?? changed;
  return changed;
}
