import type { Database } from '#platform/database/database.ts';
import { createSecret, secretDigest } from './principal.ts';
import { findPrincipal, type StoredPrincipal } from './principal-store.ts';
import type { AccessTables } from './tables.ts';

const SESSION_HOURS = 12;

/** A portal session of twelve hours. The secret goes into the cookie; only its digest is stored. */
export async function createSession(
  db: Database,
  session: { readonly principalId: string; readonly from: string; readonly at: Date },
): Promise<{ secret: string; expiresAt: Date }> {
  const t = db.withTables<AccessTables>();
  await t.deleteFrom('access_session').where('expires_at', '<=', session.at).execute();
  const secret = createSecret();
  const expiresAt = new Date(session.at.getTime() + SESSION_HOURS * 3_600_000);
  await t
    .insertInto('access_session')
    .values({
      secret_sha256: secretDigest(secret),
      principal_id: session.principalId,
      from_address: session.from,
      created_at: session.at,
      expires_at: expiresAt,
    })
    .execute();
  return { secret, expiresAt };
}

export async function findSession(db: Database, secret: string, now: Date): Promise<StoredPrincipal | undefined> {
  const row = await db
    .withTables<AccessTables>()
    .selectFrom('access_session')
    .select('principal_id')
    .where('secret_sha256', '=', secretDigest(secret))
    .where('expires_at', '>', now)
    .executeTakeFirst();
  const principal = row && (await findPrincipal(db, row.principal_id));
  return principal?.disabled ? undefined : principal;
}

export async function endSession(db: Database, secret: string): Promise<void> {
  await db
    .withTables<AccessTables>()
    .deleteFrom('access_session')
    .where('secret_sha256', '=', secretDigest(secret))
    .execute();
}
