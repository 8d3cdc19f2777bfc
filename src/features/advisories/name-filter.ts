const NAME = Buffer.from('"name"');
const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const SPACE = 0x20;

/** Tells whether JSON text may speak of a package; false only when it certainly does not. */
export type NameFilter = (json: Buffer) => boolean;

/**
 * Looks at each `"name": "…"` without building the JSON, nor any text: most records of an ecosystem are about other
 * packages. A name written with escapes may be any name. `normalize` is the ecosystem's rule, if it has one.
 */
export function createNameFilter(names: Iterable<string>, normalize?: (name: string) => string): NameFilter {
  const wanted = new Set(names);
  const hashes = new Set([...wanted].map((name) => hashOf(Buffer.from(name))));
  const isWanted = (bytes: Buffer, start: number, end: number): boolean => {
    if (!normalize) return hashes.has(hashOf(bytes.subarray(start, end)));
    const name = bytes.toString('utf8', start, end);
    return wanted.has(name) || wanted.has(normalize(name));
  };
  return (bytes) => {
    for (let at = bytes.indexOf(NAME); at >= 0; at = bytes.indexOf(NAME, at + NAME.length)) {
      const start = skipToValue(bytes, at + NAME.length);
      if (start < 0) continue;
      const end = endOfText(bytes, start);
      if (end < 0 || isWanted(bytes, start, end)) return true;
    }
    return false;
  };
}

/** FNV-1a: equal names have equal hashes, and few others have. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** The index of the closing quote, or -1 when escapes come first or nothing does. */
function endOfText(bytes: Buffer, start: number): number {
  for (let at = start; at < bytes.length; at += 1) {
    if (bytes[at] === QUOTE) return at;
    if (bytes[at] === BACKSLASH) return -1;
  }
  return -1;
}

/** The index after the opening quote of the value, or -1 when the value is no string. */
function skipToValue(bytes: Buffer, index: number): number {
  let at = skipSpace(bytes, index);
  if (bytes[at] !== COLON) return -1;
  at = skipSpace(bytes, at + 1);
  return bytes[at] === QUOTE ? at + 1 : -1;
}

function skipSpace(bytes: Buffer, index: number): number {
  let at = index;
  while (at < bytes.length && (bytes[at] ?? 0) <= SPACE) at += 1;
  return at;
}
