/** End-of-life data in the shape of endoflife.date's `products/full` that knows Alpine's releases and their ends. */
export function alpineEnds(ends: Readonly<Record<string, string>>): string {
  const releases = Object.entries(ends).map(([name, eolFrom]) => ({
    name,
    label: name,
    releaseDate: '2020-01-01',
    isLts: false,
    isEol: false,
    eolFrom,
    isMaintained: true,
  }));
  const alpine = {
    name: 'alpine-linux',
    label: 'Alpine Linux',
    category: 'os',
    identifiers: [{ id: 'cpe:/o:alpinelinux:alpine_linux', type: 'cpe' }],
    releases,
  };
  return JSON.stringify({ schema_version: '1.2.0', generated_at: '2026-01-01T00:00:00Z', total: 1, result: [alpine] });
}
