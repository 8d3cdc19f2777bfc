import type { Verdict } from '#model/verdict.ts';
import type { Database } from '#platform/database/database.ts';
import type { GatesTables } from './tables.ts';

/** Adds a verdict on an image in a repository; those before it stay as history. */
export async function putVerdict(
  db: Database,
  verdict: { readonly digest: string; readonly repository: string; readonly verdict: Verdict },
): Promise<void> {
  await db
    .withTables<GatesTables>()
    .insertInto('gates_verdict')
    .values({
      digest: verdict.digest,
      repository: verdict.repository,
      outcome: verdict.verdict.outcome,
      verdict: JSON.stringify(verdict.verdict),
    })
    .execute();
}

/** The newest verdict on an image, in one repository or in any. */
export async function latestVerdict(db: Database, digest: string, repository?: string): Promise<Verdict | undefined> {
  const row = await db
    .withTables<GatesTables>()
    .selectFrom('gates_verdict')
    .select('verdict')
    .where('digest', '=', digest)
    .$if(repository !== undefined, (some) => some.where('repository', '=', repository ?? ''))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.verdict;
}

/** Newest first. */
export async function listVerdicts(
  db: Database,
  digest: string,
  limit: number,
): Promise<{ repository: string; verdict: Verdict }[]> {
  return db
    .withTables<GatesTables>()
    .selectFrom('gates_verdict')
    .select(['repository', 'verdict'])
    .where('digest', '=', digest)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}
