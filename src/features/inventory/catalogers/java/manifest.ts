/**
 * The main section of META-INF/MANIFEST.MF: names in lower case, continued lines joined.
 * Format: JAR File Specification, "JAR Manifest".
 */
export function parseJarManifest(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  let last: string | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === '' && attributes.size > 0) break;
    if (line.startsWith(' ') && last !== undefined) {
      attributes.set(last, `${attributes.get(last) ?? ''}${line.slice(1)}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    last = line.slice(0, colon).trim().toLowerCase();
    attributes.set(last, line.slice(colon + 1).replace(/^ /, ''));
  }
  return attributes;
}
