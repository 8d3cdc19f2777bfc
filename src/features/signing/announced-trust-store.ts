import type { Database } from '#platform/database/database.ts';

/** What verifiers need to trust the key in use, told by the process that holds it to those that must not. */
export interface AnnouncedTrust {
  readonly roots: readonly string[];
  readonly identities: readonly string[];
  readonly developmentKey: boolean;
}

type Tables = {
  signing_announced_trust: {
    id: string;
    roots: unknown;
    identities: unknown;
    development_key: boolean;
    announced_at: Date;
  };
};

const CURRENT = 'current';

export async function announceTrust(db: Database, trust: AnnouncedTrust, at: Date): Promise<void> {
  const values = {
    roots: JSON.stringify(trust.roots),
    identities: JSON.stringify(trust.identities),
    development_key: trust.developmentKey,
    announced_at: at,
  };
  await db
    .withTables<Tables>()
    .insertInto('signing_announced_trust')
    .values({ id: CURRENT, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute();
}

/** Undefined until a key was opened for the first time. */
export async function findAnnouncedTrust(db: Database): Promise<AnnouncedTrust | undefined> {
  const row = await db
    .withTables<Tables>()
    .selectFrom('signing_announced_trust')
    .selectAll()
    .where('id', '=', CURRENT)
    .executeTakeFirst();
  return (
    row && {
      roots: row.roots as string[], // jsonb that only this file writes
      identities: row.identities as string[],
      developmentKey: row.development_key,
    }
  );
}
