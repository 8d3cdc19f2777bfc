import { type SelectQueryBuilder, sql } from 'kysely';
import { AppError } from '#kernel/errors.ts';
import type { Grant, PrincipalKind } from '#model/access.ts';
import type { UserRow } from '#model/api-access.ts';
import type { Database } from '#platform/database/database.ts';
import { type KnownPrincipal, reservedNames } from './principal.ts';
import { announceChange, changeRights } from './rights-store.ts';
import type { AccessTables } from './tables.ts';

/** A principal of every state, with its own grants and those of its teams. */
export interface StoredPrincipal extends KnownPrincipal {
  readonly externalId: string | null;
  readonly disabled: boolean;
  readonly password: string | null;
  readonly createdAt: Date;
}

type Grants = readonly Grant[];
type Selection = SelectQueryBuilder<AccessTables, 'access_principal', object>;

const effectiveGrants = sql<Grants>`coalesce((
  select jsonb_agg(distinct jsonb_build_object('namespace', g.namespace, 'role', g.role))
  from access_grant g where g.principal_id = access_principal.id or g.principal_id in (
    select m.team_id from access_membership m join access_principal t on t.id = m.team_id
    where m.member_id = access_principal.id and not t.disabled)), '[]')`;

async function findWhere(db: Database, where: (query: Selection) => Selection): Promise<StoredPrincipal | undefined> {
  const row = await where(db.withTables<AccessTables>().selectFrom('access_principal'))
    .selectAll()
    .select(effectiveGrants.as('grants'))
    .executeTakeFirst();
  if (!row) return undefined;
  const { external_id: externalId, created_at: createdAt, ...rest } = row;
  return { ...rest, externalId, createdAt };
}

export function findPrincipal(db: Database, id: string): Promise<StoredPrincipal | undefined> {
  return findWhere(db, (query) => query.where('id', '=', id));
}

export function findPrincipalByName(db: Database, name: string): Promise<StoredPrincipal | undefined> {
  return findWhere(db, (query) => query.where('name', '=', name));
}

export function findPrincipalByExternalId(db: Database, externalId: string): Promise<StoredPrincipal | undefined> {
  return findWhere(db, (query) => query.where('external_id', '=', externalId));
}

/** Throws `not-found`. */
export async function getPrincipalByName(db: Database, name: string): Promise<StoredPrincipal> {
  const principal = await findPrincipalByName(db, name);
  if (principal) return principal;
  throw new AppError('not-found', `cannot find ${name}: there is no user, robot, team or workload of this name`);
}

export async function hasPrincipals(db: Database): Promise<boolean> {
  const first = await db.withTables<AccessTables>().selectFrom('access_principal').select('id').limit(1).execute();
  return first.length > 0;
}

export interface PrincipalCreation {
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly externalId?: string | null;
  /** From `Passwords.hash`; teams have none. */
  readonly password?: string | null;
  readonly grants?: readonly Grant[];
  readonly at: Date;
}

/** Returns the new id. Throws `conflict` when the name or the external id is taken or reserved. */
export async function createPrincipal(db: Database, creation: PrincipalCreation): Promise<string> {
  const { kind, name, grants = [] } = creation;
  if (reservedNames.includes(name)) throw new AppError('conflict', `cannot create ${name}: the name is reserved`);
  if (kind === 'team' && creation.password) {
    throw new AppError('invalid-input', `cannot create team ${name}: a team does not sign in, its members do`);
  }
  return changeRights(db, async (trx) => {
    const created = await trx
      .insertInto('access_principal')
      .values({
        kind,
        name,
        external_id: creation.externalId ?? null,
        password: creation.password ?? null,
        created_at: creation.at,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!created) throw new AppError('conflict', `cannot create ${kind} ${name}: the name or its external id is taken`);
    const rows = grants.map((grant) => ({ principal_id: created.id, ...grant }));
    if (rows.length > 0) {
      await trx
        .insertInto('access_grant')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    return created.id;
  });
}

/** Replaces the principal's own grants; those of its teams stay. Throws `conflict` when no administrator would be left. */
export async function setGrants(db: Database, id: string, grants: readonly Grant[]): Promise<void> {
  await changeRights(db, async (trx) => {
    await trx.deleteFrom('access_grant').where('principal_id', '=', id).execute();
    const rows = grants.map(({ namespace, role }) => ({ principal_id: id, namespace, role }));
    if (rows.length > 0) {
      await trx
        .insertInto('access_grant')
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    }
    await announceChange(trx, [id]);
  });
}

/** Ends the principal's sessions too; its tokens stay. */
export async function setPassword(db: Database, id: string, password: string): Promise<void> {
  await changeRights(db, async (trx) => {
    await trx.updateTable('access_principal').set({ password }).where('id', '=', id).execute();
    await trx.deleteFrom('access_session').where('principal_id', '=', id).execute();
    await announceChange(trx, [id]);
  });
}

/** A disabled principal is nobody: password, tokens, sessions and team grants stop at once, and come back when enabled. */
export async function setDisabled(db: Database, id: string, disabled: boolean): Promise<void> {
  await changeRights(db, async (trx) => {
    await trx.updateTable('access_principal').set({ disabled }).where('id', '=', id).execute();
    if (disabled) await trx.deleteFrom('access_session').where('principal_id', '=', id).execute();
    await announceChange(trx, [id]);
  });
}

/** Grants, tokens, sessions and memberships go with it. The audit log keeps its name. */
export async function deletePrincipal(db: Database, id: string): Promise<void> {
  await changeRights(db, async (trx) => {
    await announceChange(trx, [id]);
    await trx.deleteFrom('access_principal').where('id', '=', id).execute();
  });
}

/** Principals in the order of their names, each with the grants of its own. `after` is the last name of the page before. */
export async function listPrincipals(
  db: Database,
  query: { readonly after?: string | undefined; readonly limit: number; readonly kind?: PrincipalKind | undefined },
): Promise<{ items: UserRow[]; next: string | null }> {
  const rows = await db
    .withTables<AccessTables>()
    .selectFrom('access_principal')
    .select(['id', 'kind', 'name', 'external_id', 'disabled', 'created_at'])
    .select(
      sql<Grant[]>`coalesce((
        select jsonb_agg(jsonb_build_object('namespace', g.namespace, 'role', g.role) order by g.namespace, g.role)
        from access_grant g where g.principal_id = access_principal.id), '[]')`.as('grants'),
    )
    .$if(query.after !== undefined, (some) => some.where('name', '>', query.after ?? ''))
    .$if(query.kind !== undefined, (some) => some.where('kind', '=', query.kind ?? 'user'))
    .orderBy('name')
    .limit(query.limit + 1)
    .execute();
  const items = rows.slice(0, query.limit).map(({ external_id: externalId, created_at: createdAt, ...row }) => ({
    ...row,
    externalId,
    createdAt: createdAt.toISOString(),
  }));
  return { items, next: rows.length > query.limit ? (items.at(-1)?.name ?? null) : null };
}
