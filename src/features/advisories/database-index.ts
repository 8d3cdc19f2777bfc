import { sql } from 'kysely';
import { concernsEcosystem, findEcosystem, parentEcosystem } from '#model/ecosystem.ts';
import type { Database } from '#platform/database/database.ts';
import type { AdvisoryHead, AdvisoryIndex, Affected, AffectedAdvisory, PackageKey } from './advisory.ts';
import { listSourceDates } from './source-store.ts';

const PORTION = 5_000;

/** The stored advisories. */
export function databaseIndex(db: Database): AdvisoryIndex {
  return {
    find: (keys) => findAffected(db, keys),
    covers: (ecosystem) => coversEcosystem(db, ecosystem),
    describe: () => listSourceDates(db),
  };
}

async function findAffected(db: Database, keys: readonly PackageKey[]): Promise<AffectedAdvisory[]> {
  const found: AffectedAdvisory[] = [];
  for (let start = 0; start < keys.length; start += PORTION) {
    const part = keys.slice(start, start + PORTION);
    const { rows } = await sql<{ head: AdvisoryHead; entries: readonly Affected[] }>`select r.head, a.entries
      from unnest(${part.map((key) => key.ecosystem)}::text[], ${part.map((key) => key.name)}::text[])
        as wanted (ecosystem, name)
      join advisories_affected a on a.ecosystem = wanted.ecosystem and a.name = wanted.name
      join advisories_record r on r.id = a.record_id`.execute(db);
    for (const { head, entries } of rows) {
      for (const affected of entries) found.push({ advisory: head, affected });
    }
  }
  return found;
}

async function coversEcosystem(db: Database, ecosystem: string): Promise<boolean> {
  const parent = parentEcosystem(ecosystem);
  const { rows } = await sql<{ release: string }>`select release from advisories_release
    where release = ${ecosystem} or (${findEcosystem(ecosystem)?.concerns !== undefined}
      and starts_with(release, ${`${parent}:`}))`.execute(db);
  return rows.some((row) => concernsEcosystem(row.release, ecosystem));
}
