import { z } from 'zod';
import { getAdvisory, listSources, packagesWithAdvisory } from '#features/advisories/index.ts';
import { getPackages, imagesWithPackages } from '#features/inventory/index.ts';
import { tagsOf, topImagesOf } from '#features/registry/index.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { AdvisoryDetail, AdvisorySourceRow } from '#model/api-work.ts';
import type { Database } from '#platform/database/database.ts';
import { type Caller, holdsAnywhere, type Route, route } from './route.ts';
import { readableRepositories } from './visible-image.ts';

export interface AdvisoryDeps {
  readonly db: Database;
  readonly clock: Clock;
}

const MAX_PACKAGES = 500;
const MAX_IMAGES = 2_000;

/** The tagged images that hold a package with the finding, each with those packages. */
async function affectedImages(db: Database, idOrAlias: string): Promise<ReadonlyMap<Digest, ReadonlySet<string>>> {
  const images = new Map<Digest, Set<string>>();
  const ids = (await packagesWithAdvisory(db, idOrAlias)).slice(0, MAX_PACKAGES);
  for (const { id, identity } of await getPackages(db, ids)) {
    for (const digest of await topImagesOf(db, await imagesWithPackages(db, [id]))) {
      const packages = images.get(digest) ?? new Set();
      if (!images.has(digest) && images.size >= MAX_IMAGES) continue;
      images.set(digest, packages.add(`${identity.name} ${identity.version}`));
    }
  }
  return images;
}

async function visibleImages(db: Database, caller: Caller, idOrAlias: string): Promise<AdvisoryDetail['images']> {
  const rows: AdvisoryDetail['images'] = [];
  for (const [digest, packages] of await affectedImages(db, idOrAlias)) {
    for (const repository of await readableRepositories(db, caller, digest)) {
      const tags = await tagsOf(db, repository, digest);
      if (tags.length > 0) rows.push({ digest, repository, tags, package: [...packages].join(', ') });
    }
  }
  return rows.sort((a, b) => a.repository.localeCompare(b.repository, 'en') || (a.digest < b.digest ? -1 : 1));
}

/** Places and their errors are the business of those who run the installation. */
function shownTo(caller: Caller, row: AdvisorySourceRow): AdvisorySourceRow {
  if (holdsAnywhere(caller.principal, 'jobs.read')) return row;
  return { ...row, location: '', lastError: row.lastError && 'The last refresh failed.' };
}

/** What is known of vulnerabilities, and whom they touch here. */
export function advisoryRoutes({ db, clock }: AdvisoryDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/advisories/sources',
      summary: 'Where advisories come from, and how old they are',
      permission: 'image.read',
      result: z.object({ items: z.array(AdvisorySourceRow) }),
      handle: async (_, caller) => ({
        items: (await listSources(db, clock.now())).map((row) => shownTo(caller, row)),
      }),
    }),
    route({
      method: 'GET',
      path: '/advisories/{id}',
      summary: 'One advisory by its id or an alias, and the images that it touches',
      permission: 'image.read',
      params: z.object({ id: z.string().max(200) }),
      result: AdvisoryDetail,
      handle: async ({ params }, caller) => {
        const advisory = await getAdvisory(db, params.id);
        return {
          ...advisory,
          aliases: [...advisory.aliases],
          images: await visibleImages(db, caller, params.id),
        };
      },
    }),
  ];
}
