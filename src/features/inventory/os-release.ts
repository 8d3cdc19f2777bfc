import type { Distribution } from '#model/package.ts';

const MAX_VALUE = 200;

/** `KEY=value`, quoted or not, as os-release(5) and the older lsb-release write it. */
export function parseAssignments(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, quoted] = /^\s*([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (!key || quoted === undefined) continue;
    const value = quoted
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2')
      .replace(/\\(["'$`\\])/g, '$1');
    values.set(key, value.slice(0, MAX_VALUE));
  }
  return values;
}

export function parseOsRelease(text: string): Distribution | null {
  const values = parseAssignments(text);
  const id = values.get('ID')?.toLowerCase();
  if (!id) return null;
  const versionId = values.get('VERSION_ID') ?? '';
  return {
    id,
    versionId,
    name: values.get('PRETTY_NAME') ?? values.get('NAME') ?? `${id} ${versionId}`.trim(),
    like: (values.get('ID_LIKE') ?? '').toLowerCase().split(/\s+/).filter(Boolean),
  };
}
