import { type Kysely, sql } from 'kysely';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import type { AccessTables } from './tables.ts';

/** The channel on which the id of a principal that changed is announced, or `*` for all, by the database itself. */
export const ACCESS_CHANNEL = 'access_changed';

const LOCK = 1_001_001;

/**
 * Changes of rights happen one after the other, in the caller's transaction or in one of their own.
 * Throws `conflict`, which undoes the change, when it would leave nobody who can give rights.
 */
export function changeRights<T>(db: Database, change: (trx: Kysely<AccessTables>) => Promise<T>): Promise<T> {
  const run = async (trx: Database) => {
    await sql`select pg_advisory_xact_lock(${LOCK})`.execute(trx);
    const hadAdministrator = await hasAdministrator(trx);
    const result = await change(trx.withTables<AccessTables>());
    if (!hadAdministrator || (await hasAdministrator(trx))) return result;
    throw new AppError(
      'conflict',
      'cannot take this right away: nobody would be administrator; give the role to somebody else first',
    );
  };
  return db.isTransaction ? run(db) : db.transaction().execute(run);
}

/** Makes what others remember of these principals, and of the members of these teams, worthless, and their registry tokens. */
export async function announceChange(trx: Kysely<AccessTables>, ids: readonly string[]): Promise<void> {
  await trx
    .updateTable('access_principal')
    .set({ version: sql`version + 1` })
    .where((where) =>
      where.or([
        where('id', 'in', [...ids]),
        where(
          'id',
          'in',
          trx
            .selectFrom('access_membership')
            .select('member_id')
            .where('team_id', 'in', [...ids]),
        ),
      ]),
    )
    .execute();
}

async function hasAdministrator(trx: Database): Promise<boolean> {
  const found = await sql`
    select 1 from access_principal p
    where not p.disabled and p.kind <> 'team' and exists (
      select 1 from access_grant g
      where g.namespace = '*' and g.role = 'administrator' and (g.principal_id = p.id or g.principal_id in (
        select m.team_id from access_membership m join access_principal t on t.id = m.team_id
        where m.member_id = p.id and not t.disabled)))
    limit 1`.execute(trx);
  return found.rows.length > 0;
}
