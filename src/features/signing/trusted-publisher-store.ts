import type { Database } from '#platform/database/database.ts';

/** Somebody whose signatures on images are trusted: the rule `publisher-signature` asks for one of them. */
export interface TrustedPublisher {
  readonly name: string;
  /** PEM: roots, intermediates or single self-signed certificates. */
  readonly certificates: string;
  /** `x509.subject: …`; empty trusts every signer below the certificates. */
  readonly identities: readonly string[];
  /** Repositories of this registry without its host, exact or ending in `/*`; `*` for all. */
  readonly scopes: readonly string[];
  readonly createdAt: Date;
}

type Tables = {
  signing_trusted_publisher: {
    name: string;
    certificates: string;
    identities: unknown;
    scopes: unknown;
    created_at: Date;
  };
};

/** Replaces the publisher of the same name. */
export async function putTrustedPublisher(db: Database, publisher: TrustedPublisher): Promise<void> {
  const values = {
    certificates: publisher.certificates,
    identities: JSON.stringify(publisher.identities),
    scopes: JSON.stringify(publisher.scopes),
    created_at: publisher.createdAt,
  };
  await db
    .withTables<Tables>()
    .insertInto('signing_trusted_publisher')
    .values({ name: publisher.name, ...values })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    .execute();
}

/** By name. They are few: somebody entered each of them. */
export async function findTrustedPublishers(db: Database): Promise<TrustedPublisher[]> {
  const rows = await db
    .withTables<Tables>()
    .selectFrom('signing_trusted_publisher')
    .selectAll()
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    certificates: row.certificates,
    identities: row.identities as string[], // jsonb that only this file writes
    scopes: row.scopes as string[], // likewise
    createdAt: row.created_at,
  }));
}

/** False when there was none of this name. */
export async function removeTrustedPublisher(db: Database, name: string): Promise<boolean> {
  const result = await db
    .withTables<Tables>()
    .deleteFrom('signing_trusted_publisher')
    .where('name', '=', name)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
