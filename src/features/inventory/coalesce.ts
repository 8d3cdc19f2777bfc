import type { Distribution, Package } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';
import type { Cataloger, FoundPackage } from './cataloger.ts';
import { cleanDistribution } from './clean-package.ts';
import { foreignPackages, noPackages, unknownEcosystem } from './coalesce-problems.ts';
import { detectDistributions, distributionFor } from './distribution.ts';
import { Gathering, type PackageSource } from './gathering.ts';
import { KnownPackages } from './known-packages.ts';
import type { LayerFacts } from './layer-facts.ts';
import { LayeredTree } from './layered-tree.ts';
import { type ReadDatabase, readDatabases } from './read-databases.ts';

export type { PackageSource } from './gathering.ts';

/** What is in one platform's image. */
export interface Inventory {
  readonly distribution: Distribution | null;
  readonly sources: readonly PackageSource[];
  readonly problems: readonly Problem[];
}

/** All packages of an inventory, in the order of their sources. */
export function packagesOf(inventory: Inventory): Package[] {
  return inventory.sources.flatMap((source) => source.packages);
}

/** Layers, lowest first, on top of each other. */
export function stack(catalogers: readonly Cataloger[], layers: readonly LayerFacts[]): LayeredTree {
  const lists = catalogers.flatMap((each) => (each.kind === 'database' ? (each.lists ?? []) : []));
  const tree = new LayeredTree(lists);
  for (const layer of layers) tree.add(layer);
  return tree;
}

/** The package of the operating system that says it owns a file, and the last layer that its database was written in. */
interface Owner {
  readonly name: string;
  readonly until: number;
}

/** Where a path of a database lies: in the layer of the file, or of the folder that it names. */
function layerOf(tree: LayeredTree, found: FoundPackage): string {
  return tree.find(found.path)?.layer ?? tree.layerOfEntry(found.path) ?? '';
}

function packageTypeOf({ purl }: FoundPackage): string {
  return purl.slice('pkg:'.length, purl.indexOf('/'));
}

/** The last layer that a database was written in, its write-ahead log included. */
function lastWritten(tree: LayeredTree, found: FoundPackage): number {
  const log = tree.find(`${found.path}-wal`)?.layer;
  return Math.max(tree.numberOf(layerOf(tree, found)), log === undefined ? -1 : tree.numberOf(log));
}

/** By path. What another maker owns is not the distribution's: nobody else speaks of the libraries in it. */
function ownersOf(tree: LayeredTree, databases: readonly ReadDatabase[], places: ReadonlySet<string>) {
  const owners = new Map<string, Owner>();
  if (places.size === 0) return owners;
  for (const found of databases.flatMap((database) => database.packages)) {
    if (!found.owns?.length || found.maker !== undefined) continue;
    const until = lastWritten(tree, found);
    for (const path of found.owns) {
      const place = tree.place(path);
      if (places.has(place)) owners.set(place, { name: found.name, until });
    }
  }
  return owners;
}

/**
 * Layers, lowest first, to one inventory. A language package whose files belong to a package of the operating system is
 * marked `ownedBy` it, on every distribution. `tree` is the layers' stack, for whoever has it already.
 */
export async function coalesce(
  catalogers: readonly Cataloger[],
  layers: readonly LayerFacts[],
  tree: LayeredTree = stack(catalogers, layers),
): Promise<Inventory> {
  const problems: Problem[] = layers.flatMap((layer) =>
    layer.problems.map(({ code, message, path }) => ({ code, message, path, layer: layer.diffId })),
  );
  const detected = detectDistributions(tree).map(cleanDistribution);
  const databases = await readDatabases(catalogers, tree, detected, problems);
  const distribution = detected[0] ?? databases.find((each) => each.distribution)?.distribution ?? null;
  const gathering = new Gathering();
  const known = new KnownPackages();
  const foreign: FoundPackage[] = [];
  let isUnknown = false;
  for (const { cataloger, distribution: own, packages } of databases) {
    for (const found of packages) {
      const layer = layerOf(tree, found);
      const ecosystem = gathering.add(found, { source: cataloger, layer, ownedBy: null, distribution: own });
      known.add(found);
      if (found.maker !== undefined) foreign.push(found);
      else if (ecosystem === '') isUnknown = true;
    }
  }
  const secondhand = new Set(catalogers.flatMap((each) => (each.kind === 'file' && each.secondhand ? [each.id] : [])));
  const files = [...tree.packages()].sort(
    (a, b) => Number(secondhand.has(a.cataloger)) - Number(secondhand.has(b.cataloger)),
  );
  const owners = ownersOf(tree, databases, new Set(files.map((file) => file.place)));
  for (const { layer, cataloger, place, packages, since } of files) {
    const owner = owners.get(place);
    // What a later layer wrote over a system package's file is no longer that package's.
    const ownedBy = owner && since <= owner.until ? owner.name : null;
    for (const found of packages) {
      if (!secondhand.has(cataloger)) known.add(found);
      else if (known.has(found)) continue;
      const own = found.ecosystem === null ? distributionFor(detected, packageTypeOf(found)) : distribution;
      gathering.add(found, { source: `${cataloger}:${layer}`, layer, ownedBy, distribution: own });
    }
  }
  const sources = gathering.sources();
  if (sources.length === 0 && layers.length > 0) problems.push(noPackages);
  if (isUnknown) problems.push(unknownEcosystem);
  if (foreign.length > 0) problems.push(foreignPackages(foreign));
  return { distribution, sources, problems: [...problems, ...gathering.problems] };
}
