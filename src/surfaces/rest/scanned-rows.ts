import { type Acceptance, activeAcceptances } from '#features/gates/index.ts';
import { findInventory } from '#features/inventory/index.ts';
import { parentsOf } from '#features/registry/index.ts';
import { createLimit } from '#kernel/async.ts';
import type { Match } from '#model/finding.ts';
import type { Location, Package } from '#model/package.ts';
import { storedMatches } from '#workflows/scan-platforms.ts';
import type { ImageDeps } from './image-detail.ts';
import { choosePlatforms, platformImages } from './image-platforms.ts';
import { judgedIn, type VisibleImage } from './visible-image.ts';

/** A package as it is on one platform or more: an architecture in its purl does not make it another one. */
export interface ScannedRow {
  readonly package: Package;
  readonly matches: ReadonlyMap<string, Match>;
  readonly locations: readonly Location[];
  readonly platforms: readonly string[];
}

const PLATFORMS_AT_ONCE = 4;

interface Draft {
  readonly package: Package;
  readonly matches: Map<string, Match>;
  readonly locations: Map<string, Location>;
  readonly platforms: Set<string>;
}

function keyOf({ ecosystem, name, version, sourceName, module, ownedBy }: Package): string {
  return [ecosystem, name, version, sourceName ?? '', module ?? '', ownedBy ?? ''].join('\0');
}

/** The packages of an image with their findings as they are stored, platforms together; of one platform when it is named. */
export async function scannedRows(
  deps: ImageDeps,
  image: VisibleImage,
  platform: string | undefined,
): Promise<ScannedRow[]> {
  const { db } = deps;
  const limit = createLimit(PLATFORMS_AT_ONCE);
  const chosen = choosePlatforms(await platformImages(deps, image.manifest), platform);
  const read = chosen.map(({ digest }) =>
    limit(async () => {
      const inventory = await findInventory(db, digest);
      return inventory ? storedMatches(db, inventory) : [];
    }),
  );
  const drafts = new Map<string, Draft>();
  for (const [index, packages] of (await Promise.all(read)).entries()) {
    for (const { package: item, matches } of packages) {
      const key = keyOf(item);
      const draft = drafts.get(key) ?? {
        package: item,
        matches: new Map(),
        locations: new Map(),
        platforms: new Set(),
      };
      drafts.set(key, draft);
      for (const match of matches) draft.matches.set(match.advisoryId, match);
      for (const location of item.locations) draft.locations.set(`${location.layer} ${location.path}`, location);
      draft.platforms.add(chosen[index]?.platform ?? '');
    }
  }
  return [...drafts.values()].map(({ locations, platforms, ...rest }) => ({
    ...rest,
    locations: [...locations.values()],
    platforms: [...platforms],
  }));
}

/** What is accepted for the image, or for an index that lists it. */
export async function acceptancesOf({ db, clock }: ImageDeps, image: VisibleImage): Promise<Acceptance[]> {
  const { digest } = image;
  const repositories = judgedIn(image.repositories);
  const parents = await Promise.all(repositories.map((repository) => parentsOf(db, repository, digest)));
  const digests = [...new Set([digest, ...parents.flat()])];
  const found = await Promise.all(
    digests.map((each) => activeAcceptances(db, { digest: each, repositories, now: clock.now() })),
  );
  return found.flat();
}
