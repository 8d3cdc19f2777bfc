import { concernsEcosystem, parentEcosystem } from '#model/ecosystem.ts';
import type { Database } from '#platform/database/database.ts';
import type { AdvisoryIndex } from './advisory.ts';
import { findAffected, listReleases } from './affected-store.ts';
import { listSourceDates } from './source-store.ts';

/** The stored advisories. */
export function databaseIndex(db: Database): AdvisoryIndex {
  return {
    find: (keys) => findAffected(db, keys),
    covers: async (ecosystem) => {
      const releases = await listReleases(db, parentEcosystem(ecosystem));
      return releases.some((release) => concernsEcosystem(release, ecosystem));
    },
    describe: () => listSourceDates(db),
  };
}
