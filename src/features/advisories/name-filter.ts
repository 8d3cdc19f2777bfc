const NAME = '"name"';
const QUOTE = 0x22;
const COLON = 0x3a;

/** Tells whether JSON text, read as Latin-1, may speak of a package; false only when it certainly does not. */
export type NameFilter = (latin1: string) => boolean;

/**
 * Looks at each `"name": "…"` without building the JSON: most records of an ecosystem are about other packages.
 * A name written with escapes may be any name. `normalize` is the ecosystem's rule, if it has one.
 */
export function createNameFilter(names: Iterable<string>, normalize?: (name: string) => string): NameFilter {
  const wanted = new Set<string>();
  for (const name of names) wanted.add(Buffer.from(name, 'utf8').toString('latin1'));
  return (text) => {
    for (let at = text.indexOf(NAME); at >= 0; at = text.indexOf(NAME, at + NAME.length)) {
      const start = skipToValue(text, at + NAME.length);
      if (start < 0) continue;
      const end = text.indexOf('"', start);
      if (end < 0) return true;
      const name = text.slice(start, end);
      if (wanted.has(name) || (normalize && wanted.has(normalize(name))) || name.includes('\\')) return true;
    }
    return false;
  };
}

/** The index after the opening quote of the value, or -1 when the value is no string. */
function skipToValue(text: string, index: number): number {
  let at = skipSpace(text, index);
  if (text.charCodeAt(at) !== COLON) return -1;
  at = skipSpace(text, at + 1);
  return text.charCodeAt(at) === QUOTE ? at + 1 : -1;
}

function skipSpace(text: string, index: number): number {
  let at = index;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}
