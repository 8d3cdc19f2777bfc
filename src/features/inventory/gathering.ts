import { distributionEcosystem } from '#model/ecosystem.ts';
import type { Distribution, Location, Package } from '#model/package.ts';
import type { Problem } from '#model/problem.ts';
import type { FoundPackage } from './cataloger.ts';
import { cleanPackage } from './clean-package.ts';

/** The packages of one coalesced source: one state of a package database, or one layer's files of one cataloger. */
export interface PackageSource {
  /** The cataloger, and for file catalogers the layer. */
  readonly id: string;
  readonly packages: readonly Package[];
}

interface Draft {
  readonly source: string;
  readonly item: Package & { locations: Location[] };
  /** The locations again, for asking. */
  readonly places: Set<string>;
}

/** Where a package was found, and what is true of it there. */
export interface Finding {
  readonly source: string;
  readonly layer: string;
  readonly ownedBy: string | null;
  /** The distribution that a package without ecosystem belongs to. */
  readonly distribution: Distribution | null;
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
export class Gathering {
  readonly problems: Problem[] = [];
  readonly #drafts = new Map<string, Draft>();
  readonly #ecosystems = new Map<Distribution | null, string>([[null, '']]);

  #ecosystemOf(distribution: Distribution | null): string {
    const known = this.#ecosystems.get(distribution);
    if (known !== undefined) return known;
    const ecosystem = (distribution && distributionEcosystem(distribution)) ?? '';
    this.#ecosystems.set(distribution, ecosystem);
    return ecosystem;
  }

  /** The ecosystem that the package counts for; undefined when it is no package. */
  add(given: FoundPackage, { source, layer, ownedBy, distribution }: Finding): string | undefined {
    const found = cleanPackage(given);
    if (!found) {
      const message = 'the name or version of a package here is longer than any real one: it was left out';
      this.problems.push({ code: 'file-damaged', message, path: given.path, layer });
      return undefined;
    }
    const ecosystem = found.ecosystem ?? this.#ecosystemOf(distribution);
    const key = `${source}\0${ownedBy ?? ''}\0${identityOf(found, ecosystem)}`;
    const known = this.#drafts.get(key);
    const location = { layer, path: found.path };
    const place = `${layer}\0${found.path}`;
    if (known) {
      if (!known.places.has(place)) known.item.locations.push(location);
      known.places.add(place);
      return ecosystem;
    }
    const { name, version, purl, sourceName = null, sourceVersion = null, module = null, licenses = [] } = found;
    const identity = { ecosystem, name, version, purl, sourceName, sourceVersion, module };
    const item = { ...identity, locations: [location], ownedBy, licenses: [...licenses] };
    this.#drafts.set(key, { source, item, places: new Set([place]) });
    return ecosystem;
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
