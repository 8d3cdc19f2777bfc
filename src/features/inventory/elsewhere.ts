import type { Cataloger } from './cataloger.ts';
import { distributionFiles } from './distribution.ts';
import type { LayerFacts } from './layer-facts.ts';
import type { LayeredTree } from './layered-tree.ts';

/** Where symbolic links lead from the names that catalogers know: real path → name. */
function linkedFolders(tree: LayeredTree, folders: readonly string[]): Map<string, string> {
  const links = new Map<string, string>();
  for (const folder of folders) {
    for (const name of [folder, ...tree.linksBelow(folder)]) {
      const real = tree.resolve(name);
      if (real !== name && !links.has(real)) links.set(real, name);
    }
  }
  return links;
}

/** The name that links give to a path. */
function nameOf(links: ReadonlyMap<string, string>, place: string): string | undefined {
  for (let end = place.length; end > 0; end = place.lastIndexOf('/', end - 1)) {
    const name = links.get(place.slice(0, end));
    if (name !== undefined) return name + place.slice(end);
  }
  return undefined;
}

/**
 * Files that catalogers want under a name that is a symbolic link, and whose bytes were not kept because their own names say
 * nothing: by the layer (its index) that holds them. They have to be read again.
 */
export function filesElsewhere(
  catalogers: readonly Cataloger[],
  layers: readonly LayerFacts[],
  tree: LayeredTree,
): Map<number, Set<string>> {
  const databases = catalogers.filter((each) => each.kind === 'database');
  const known = new Set(distributionFiles);
  const isWanted = (path: string) => known.has(path) || databases.some((each) => each.wants(path));
  const links = linkedFolders(tree, [...databases.flatMap((each) => each.folders), ...distributionFiles]);
  const found = new Map<number, Set<string>>();
  if (links.size === 0) return found;
  const seen = new Set<string>();
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    for (const { path } of layers[index]?.hashes ?? []) {
      const place = tree.place(path);
      const name = nameOf(links, place);
      if (name === undefined || seen.has(place) || !isWanted(name) || tree.find(place)) continue;
      seen.add(place);
      found.set(index, (found.get(index) ?? new Set()).add(path));
    }
  }
  return found;
}
