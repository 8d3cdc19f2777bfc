import { sql } from 'kysely';
import { AppError } from '#kernel/errors.ts';
import type { Severity } from '#model/severity.ts';
import type { Database } from '#platform/database/database.ts';
import type { AdvisoryHead } from './advisory.ts';
import { loadScorer } from './cvss.ts';
import { knownExploitedSince } from './known-exploited.ts';
import { getKnownExploited } from './known-exploited-store.ts';
import type { AdvisoriesTables } from './tables.ts';

/** An advisory as a person reads it. */
export interface AdvisoryText {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly details: string;
  readonly severity: Severity;
  readonly score: number | null;
  readonly published: string | null;
  readonly modified: string;
  readonly knownExploitedSince: string | null;
}

/** By its id, else by an alias. Throws `not-found`. */
export async function getAdvisory(db: Database, idOrAlias: string): Promise<AdvisoryText> {
  const t = db.withTables<AdvisoriesTables>();
  const records = t.selectFrom('advisories_record').select(['id', 'head', 'details']).orderBy('id');
  const row =
    (await records.where('advisory', '=', idOrAlias).executeTakeFirst()) ??
    (await records.where(sql<boolean>`aliases @> array[${idOrAlias}]::text[]`).executeTakeFirst());
  if (!row) throw new AppError('not-found', `cannot show advisory ${idOrAlias}: no source has it`);
  const { id, aliases, summary, published, modified } = row.head;
  const known = await getKnownExploited(db);
  return {
    ...{ id, aliases, summary, published, modified, details: row.details },
    ...(await rate(db, row.id, row.head)),
    knownExploitedSince: knownExploitedSince(known, [id, ...aliases]),
  };
}

/** Of its packages' ratings the first; the record's own where they have none. */
async function rate(
  db: Database,
  recordId: number,
  head: AdvisoryHead,
): Promise<Pick<AdvisoryText, 'severity' | 'score'>> {
  const t = db.withTables<AdvisoriesTables>();
  const rows = await t.selectFrom('advisories_affected').select('entries').where('record_id', '=', recordId).execute();
  const entries = rows.flatMap((row) => row.entries);
  const cvss = (await loadScorer())([...head.vectors, ...entries.flatMap((entry) => entry.vectors)]);
  const distribution = entries.find((entry) => entry.rating)?.rating;
  return { severity: distribution ?? cvss?.severity ?? head.rating ?? 'unknown', score: cvss?.score ?? null };
}
