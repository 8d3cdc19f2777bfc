import type { Database } from '#platform/database/database.ts';
import { listRules, putRules, type RulesChange, type StoredRules } from './rules-store.ts';
import { countPlaces } from './usage-store.ts';

/**
 * Writes a place's own rules and counts from now on what its quota bounds. In a transaction, at its end. Throws as
 * `putRules` does, and `unavailable` when pushes leave no moment to count what is there.
 */
export async function changeRules(db: Database, change: RulesChange): Promise<StoredRules> {
  const written = await putRules(db, change);
  const bounded = (await listRules(db)).filter(({ rules }) => rules.quota && rules.quota.bytes !== undefined);
  await countPlaces(
    db,
    bounded.map(({ place }) => place),
  );
  return written;
}
