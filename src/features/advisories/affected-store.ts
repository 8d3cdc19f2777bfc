import { sql } from 'kysely';
import type { Database } from '#platform/database/database.ts';
import type { AdvisoryHead, Affected, AffectedAdvisory, PackageKey } from './advisory.ts';

const PORTION = 5_000;

/** Every affected entry of the packages, of any release. */
export async function findAffected(db: Database, keys: readonly PackageKey[]): Promise<AffectedAdvisory[]> {
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

/** The releases that records speak of, as they write them, that begin with the text. */
export async function listReleases(db: Database, prefix: string): Promise<readonly string[]> {
  const { rows } = await sql<{ release: string }>`select release from advisories_release
    where starts_with(release, ${prefix})`.execute(db);
  return rows.map((row) => row.release);
}
