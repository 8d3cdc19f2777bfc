/** Field names in lower case; only the first line of multi-line values, which is what the fields here have. */
export type ControlFields = ReadonlyMap<string, string>;

/** Paragraphs of deb-control(5) text; what is no field is passed over. */
export function* parseControl(text: string): Generator<ControlFields> {
  let fields = new Map<string, string>();
  let at = 0;
  while (at <= text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end).trimEnd();
    at = end + 1;
    if (line === '') {
      if (fields.size > 0) yield fields;
      fields = new Map();
      continue;
    }
    if (line.startsWith(' ') || line.startsWith('\t')) continue;
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  if (fields.size > 0) yield fields;
}
