import type { PackageRow } from '#model/api-images.ts';
import type { ScannedRow } from './scanned-rows.ts';

/** Every word must occur in the name, version, source or purl. */
function matches({ package: item }: ScannedRow, words: readonly string[]): boolean {
  const text = `${item.name} ${item.version} ${item.sourceName ?? ''} ${item.purl}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** By name, with the key that each is listed by. */
export function packageRows(scanned: readonly ScannedRow[], q: string | undefined): { key: string; row: PackageRow }[] {
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return scanned
    .filter((each) => matches(each, words))
    .map((each) => {
      const { name, version, ecosystem, purl, sourceName, module, ownedBy } = each.package;
      const key = [name.toLowerCase(), name, version, ecosystem, purl, sourceName ?? '', module ?? '', ownedBy ?? ''];
      return {
        key: key.join('\0'),
        row: {
          name,
          version,
          ecosystem,
          purl,
          source: sourceName,
          ownedBy,
          locations: [...each.locations],
          platforms: [...each.platforms],
          findings: each.matches.size,
        },
      };
    });
}
