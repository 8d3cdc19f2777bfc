import type { Database } from '#platform/database/database.ts';

type Tables = {
  signing_authority: AuthorityRow & { id: string };
};

/** The development authority: certificates as DER, private keys (PKCS #8) sealed with the master key. */
export interface AuthorityRow {
  readonly root_certificate: Buffer;
  readonly root_key: Buffer;
  readonly leaf_certificate: Buffer;
  readonly leaf_key: Buffer;
  readonly created_at: Date;
}

const ID = 'development';

export async function findAuthority(db: Database): Promise<AuthorityRow | undefined> {
  return db
    .withTables<Tables>()
    .selectFrom('signing_authority')
    .select(['root_certificate', 'root_key', 'leaf_certificate', 'leaf_key', 'created_at'])
    .where('id', '=', ID)
    .executeTakeFirst();
}

/** Keeps the one that is there already: two processes that start together end up with the same authority. */
export async function addAuthority(db: Database, row: AuthorityRow): Promise<void> {
  await db
    .withTables<Tables>()
    .insertInto('signing_authority')
    .values({ id: ID, ...row })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Replaces the leaf, unless another process did so since `seen` was read. */
export async function replaceLeaf(
  db: Database,
  seen: AuthorityRow,
  leaf: Pick<AuthorityRow, 'leaf_certificate' | 'leaf_key'>,
): Promise<void> {
  await db
    .withTables<Tables>()
    .updateTable('signing_authority')
    .set(leaf)
    .where('id', '=', ID)
    .where('leaf_certificate', '=', seen.leaf_certificate)
    .execute();
}
