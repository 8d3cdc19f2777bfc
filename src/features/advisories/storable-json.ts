/** PostgreSQL stores neither NUL nor halves of surrogate pairs; strangers write both. */
const UNSTORABLE = /\\u0000|\\ud[89a-f]/i;

export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

/** JSON text that a `jsonb` column takes, whatever the strings in the value. */
export function storableJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!UNSTORABLE.test(json)) return json;
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'string') return storableText(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).map(([name, item]) => [storableText(name), item]));
  });
}
