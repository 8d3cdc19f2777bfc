import { messageOf } from '#kernel/errors.ts';
import { distributionEcosystem } from '#model/ecosystem.ts';
import type { Distribution, Location, Package } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';
import type { Cataloger, DatabaseCataloger, FoundPackage } from './cataloger.ts';
import { cleanDistribution, cleanPackage } from './clean-package.ts';
import { detectDistribution } from './distribution.ts';
import type { LayerFacts } from './layer-facts.ts';
import { LayeredTree } from './layered-tree.ts';

/** The packages of one coalesced source: one state of a package database, or one layer's files of one cataloger. */
export interface PackageSource {
  /** The cataloger, and for file catalogers the layer. */
  readonly id: string;
  readonly packages: readonly Package[];
}

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

interface Draft {
  readonly source: string;
  readonly item: Package & { locations: Location[] };
  /** The locations again, for asking. */
  readonly places: Set<string>;
}

function identityOf(found: FoundPackage, ecosystem: string): string {
  return [
    ecosystem,
    found.name,
    found.version,
    found.purl,
    found.sourceName ?? '',
    found.sourceVersion ?? '',
    found.module ?? '',
  ].join('\0');
}

/** Same identity from the same source is one package with several places. */
class Gathering {
  readonly problems: Problem[] = [];
  readonly #drafts = new Map<string, Draft>();
  readonly #ecosystem: string;

  constructor(distribution: Distribution | null) {
    this.#ecosystem = (distribution && distributionEcosystem(distribution)) ?? '';
  }

  add(source: string, given: FoundPackage, layer: string, ownedBy: string | null): void {
    const found = cleanPackage(given);
    if (!found) {
      const message = 'the name or version of a package here is longer than any real one: it was left out';
      this.problems.push({ code: 'file-damaged', message, path: given.path, layer });
      return;
    }
    const ecosystem = found.ecosystem ?? this.#ecosystem;
    const key = `${source}\0${ownedBy ?? ''}\0${identityOf(found, ecosystem)}`;
    const known = this.#drafts.get(key);
    const location = { layer, path: found.path };
    if (known) {
      if (!known.places.has(`${layer}\0${found.path}`)) known.item.locations.push(location);
      known.places.add(`${layer}\0${found.path}`);
      return;
    }
    const { name, version, purl, sourceName = null, sourceVersion = null, module = null, licenses = [] } = found;
    const item = {
      ecosystem,
      name,
      version,
      purl,
      sourceName,
      sourceVersion,
      module,
      locations: [location],
      ownedBy,
      licenses: [...licenses],
    };
    this.#drafts.set(key, { source, item, places: new Set([`${layer}\0${found.path}`]) });
  }

  sources(): PackageSource[] {
    const bySource = new Map<string, Package[]>();
    for (const { source, item } of this.#drafts.values()) {
      const packages = bySource.get(source);
      if (packages) packages.push(item);
      else bySource.set(source, [item]);
    }
    return [...bySource].map(([id, packages]) => ({ id, packages }));
  }
}

async function readDatabase(
  cataloger: DatabaseCataloger,
  tree: LayeredTree,
  distribution: Distribution | null,
  problems: Problem[],
): Promise<FoundPackage[]> {
  const report = (problem: { code: string; message: string; path: string }) => {
    problems.push({ ...problem, layer: tree.find(problem.path)?.layer ?? null });
  };
  try {
    return await cataloger.read(tree, distribution, report);
  } catch (error) {
    problems.push({
      code: 'scanner-failed',
      message: `${cataloger.id} failed: ${messageOf(error)}`,
      path: null,
      layer: null,
    });
    return [];
  }
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

const unknownEcosystem: Problem = {
  code: 'unknown-distribution',
  message:
    "packages of an operating system were found, but it is not known which one's, or nobody publishes advisories for it: nothing is said about them",
  path: null,
  layer: null,
};

const noPackages: Problem = {
  code: 'no-packages',
  message:
    'no package was found: no package database and no installed library of a language, so nothing can be matched',
  path: null,
  layer: null,
};

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
  const detected = detectDistribution(tree);
  const distribution = detected && cleanDistribution(detected);
  const gathering = new Gathering(distribution);
  const files = [...tree.packages()];
  const places = new Set(files.map((file) => file.place));
  const owners = new Map<string, Owner>();
  for (const cataloger of catalogers) {
    if (cataloger.kind !== 'database') continue;
    for (const found of await readDatabase(cataloger, tree, distribution, problems)) {
      const layer = tree.find(found.path)?.layer ?? '';
      gathering.add(cataloger.id, found, layer, null);
      for (const path of places.size > 0 ? (found.owns ?? []) : []) {
        const place = tree.place(path);
        if (places.has(place)) owners.set(place, { name: found.name, until: tree.numberOf(layer) });
      }
    }
  }
  for (const { layer, cataloger, place, packages, since } of files) {
    const owner = owners.get(place);
    // What a later layer wrote over a system package's file is no longer that package's.
    const ownedBy = owner && since <= owner.until ? owner.name : null;
    for (const found of packages) gathering.add(`${cataloger}:${layer}`, found, layer, ownedBy);
  }
  const sources = gathering.sources();
  const isUnknown = sources.some((source) => source.packages.some((item) => item.ecosystem === ''));
  if (sources.length === 0 && layers.length > 0) problems.push(noPackages);
  if (isUnknown) problems.push(unknownEcosystem);
  return { distribution, sources, problems: [...problems, ...gathering.problems] };
}
