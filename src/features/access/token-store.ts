import { sql } from 'kysely';
import { AppError } from '#kernel/errors.ts';
import type { CreatedToken, TokenRow } from '#model/api-access.ts';
import type { Database } from '#platform/database/database.ts';
import { createSecret, secretDigest } from './principal.ts';
import type { AccessTables } from './tables.ts';

const TOKENS_PER_PRINCIPAL = 200;
const USE_NOTED_EVERY_MS = 60_000;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
}

function present(row: Row): TokenRow {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

/** The secret is returned here and never again. Throws `limit-reached` when the principal has 200 tokens. */
export async function createToken(
  db: Database,
  token: { readonly principalId: string; readonly name: string; readonly expiresAt: Date | null; readonly at: Date },
): Promise<CreatedToken> {
  const t = db.withTables<AccessTables>();
  const { count } = await t
    .selectFrom('access_token')
    .select(sql<number>`count(*)`.as('count'))
    .where('principal_id', '=', token.principalId)
    .executeTakeFirstOrThrow();
  if (count >= TOKENS_PER_PRINCIPAL) {
    throw new AppError('limit-reached', `cannot create a token: ${count} exist already; delete those not in use`);
  }
  if (token.expiresAt && token.expiresAt <= token.at) {
    throw new AppError('invalid-input', 'cannot create a token: its end lies in the past');
  }
  const secret = createSecret();
  const row = await t
    .insertInto('access_token')
    .values({
      principal_id: token.principalId,
      name: token.name,
      secret_sha256: secretDigest(secret),
      created_at: token.at,
      expires_at: token.expiresAt,
      last_used_at: null,
    })
    .returning(['id', 'name', 'created_at', 'expires_at', 'last_used_at'])
    .executeTakeFirstOrThrow();
  return { ...present(row), secret };
}

/** Newest first. */
export async function listTokens(db: Database, principalId: string): Promise<TokenRow[]> {
  const rows = await db
    .withTables<AccessTables>()
    .selectFrom('access_token')
    .select(['id', 'name', 'created_at', 'expires_at', 'last_used_at'])
    .where('principal_id', '=', principalId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(present);
}

/** False when this principal has no such token. */
export async function deleteToken(db: Database, principalId: string, id: string): Promise<boolean> {
  const gone = await db
    .withTables<AccessTables>()
    .deleteFrom('access_token')
    .where('principal_id', '=', principalId)
    .where('id', '=', id)
    .returning('id')
    .execute();
  return gone.length > 0;
}

/** Whose secret this is, while it is valid. The time of the last use is noted once a minute. */
export async function redeemToken(
  db: Database,
  secret: string,
  now: Date,
): Promise<{ principalId: string } | undefined> {
  const t = db.withTables<AccessTables>();
  const digest = secretDigest(secret);
  const row = await t
    .selectFrom('access_token')
    .select(['id', 'principal_id', 'last_used_at'])
    .where('secret_sha256', '=', digest)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .executeTakeFirst();
  if (!row) return undefined;
  if (!row.last_used_at || now.getTime() - row.last_used_at.getTime() >= USE_NOTED_EVERY_MS) {
    await t.updateTable('access_token').set({ last_used_at: now }).where('id', '=', row.id).execute();
  }
  return { principalId: row.principal_id };
}
