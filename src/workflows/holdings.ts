import { findFindingId, packagesWithFinding } from '#features/advisories/index.ts';
import type { Holdings } from '#features/catalog/index.ts';
import { findHeldPackage, packagesIn, platformsWith, platformsWithPackage } from '#features/inventory/index.ts';
import type { Database } from '#platform/database/database.ts';

/** What the catalog's search asks of packages and findings. */
export function holdingsOf(db: Database): Holdings {
  return {
    withPackage: platformsWithPackage,
    withFinding: (start) => platformsWith(packagesWithFinding(start)),
    findPackage: (digests, start) => findHeldPackage(db, digests, start),
    findFinding: (digests, start) => findFindingId(db, packagesIn(digests), start),
  };
}
