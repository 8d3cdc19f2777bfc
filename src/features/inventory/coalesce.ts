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
      if (!known.item.locations.some((each) => each.layer === layer && each.path === found.path))
        known.item.locations.push(location);
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
    this.#drafts.set(key, { source, item });
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
export function stack(layers: readonly LayerFacts[]): LayeredTree {
  const tree = new LayeredTree();
  for (const layer of layers) tree.add(layer);
  return tree;
}

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
  tree: LayeredTree = stack(layers),
): Promise<Inventory> {
  const problems = layers.flatMap((layer) => layer.problems.map((problem) => ({ ...problem, layer: layer.diffId })));
  const detected = detectDistribution(tree);
  const distribution = detected && cleanDistribution(detected);
  const gathering = new Gathering(distribution);
  const files = [...tree.packages()];
  const places = new Set(files.map((file) => file.place));
  const owners = new Map<string, string>();
  for (const cataloger of catalogers) {
    if (cataloger.kind !== 'database') continue;
    for (const found of await readDatabase(cataloger, tree, distribution, problems)) {
      gathering.add(cataloger.id, found, tree.find(found.path)?.layer ?? '', null);
      for (const path of places.size > 0 ? (found.owns ?? []) : []) {
        const place = tree.place(path);
        if (places.has(place)) owners.set(place, found.name);
      }
    }
  }
  for (const { layer, cataloger, place, packages } of files) {
    for (const found of packages) gathering.add(`${cataloger}:${layer}`, found, layer, owners.get(place) ?? null);
  }
  const sources = gathering.sources();
  return {
    distribution,
    sources,
    problems: [...problems, ...gathering.problems, ...(sources.length > 0 ? [] : [noPackages])],
  };
}
