import type { Package } from '#model/package.ts';
import type { Cataloger } from './cataloger.ts';
import { coalesce, type Inventory, packagesOf } from './coalesce.ts';
import type { LayerFacts } from './layer-facts.ts';

/** A package of lower layers that the image no longer has; its files are still in those layers. */
export interface RemovedPackage {
  readonly package: Package;
  /** The layer (its diff ID) that removed it, or put another version in its place. */
  readonly removedIn: string;
}

function keyOf({ ecosystem, name, version, purl }: Package): string {
  return [ecosystem, name, version, purl].join('\0');
}

function* ancestorsOf(path: string): Generator<string> {
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) yield path.slice(0, slash);
}

/** The paths that hold packages, with the folders around them. */
function pathsWithPackages(layers: readonly LayerFacts[]): Set<string> {
  const paths = new Set<string>();
  for (const { packages } of layers) {
    for (const { path } of packages) {
      paths.add(path);
      for (const folder of ancestorsOf(path)) paths.add(folder);
    }
  }
  return paths;
}

/** Whether a layer can take packages away; most only add files. */
function mayRemove(layer: LayerFacts, held: ReadonlySet<string>): boolean {
  const { whiteouts, opaque, databaseFiles, symlinks, devices, hardlinks, hashes } = layer;
  const changes = [whiteouts, opaque, databaseFiles, symlinks, devices, hardlinks];
  return changes.some((each) => each.length > 0) || hashes.some(({ path }) => held.has(path));
}

/** What the layers below had at some time and the whole image has not: `layers` are lowest first. */
export async function removedPackages(
  catalogers: readonly Cataloger[],
  layers: readonly LayerFacts[],
  whole: Inventory,
): Promise<RemovedPackage[]> {
  const present = new Set(packagesOf(whole).map(keyOf));
  const removed = new Map<string, RemovedPackage>();
  const held = pathsWithPackages(layers);
  for (const [index, layer] of layers.entries()) {
    if (index === 0 || !mayRemove(layer, held)) continue;
    const below = await coalesce(catalogers, layers.slice(0, index));
    for (const item of packagesOf(below)) {
      const key = keyOf(item);
      if (!present.has(key)) removed.set(key, { package: item, removedIn: layer.diffId });
    }
  }
  return [...removed.values()];
}
