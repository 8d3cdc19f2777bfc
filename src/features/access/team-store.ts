import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { announceChange, changeRights } from './rights-store.ts';
import type { AccessTables } from './tables.ts';

/** The member gets the team's grants. Teams do not hold teams. */
export async function addMember(db: Database, teamId: string, memberId: string): Promise<void> {
  await changeRights(db, async (trx) => {
    const both = await trx
      .selectFrom('access_principal')
      .select(['id', 'kind', 'name'])
      .where('id', 'in', [teamId, memberId])
      .execute();
    const team = both.find((row) => row.id === teamId);
    const member = both.find((row) => row.id === memberId);
    if (!team || !member) throw new AppError('not-found', 'cannot add to the team: the team or the member is unknown');
    if (team.kind !== 'team' || member.kind === 'team') {
      throw new AppError(
        'invalid-input',
        `cannot add ${member.name} to ${team.name}: only teams have members, and no teams`,
      );
    }
    await trx
      .insertInto('access_membership')
      .values({ team_id: teamId, member_id: memberId })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await announceChange(trx, [memberId]);
  });
}

/** Throws `conflict` when no administrator would be left. */
export async function removeMember(db: Database, teamId: string, memberId: string): Promise<void> {
  await changeRights(db, async (trx) => {
    await trx.deleteFrom('access_membership').where('team_id', '=', teamId).where('member_id', '=', memberId).execute();
    await announceChange(trx, [memberId]);
  });
}

/** The names of a team's members, in order. */
export async function membersOf(db: Database, teamId: string): Promise<string[]> {
  const rows = await db
    .withTables<AccessTables>()
    .selectFrom('access_membership')
    .innerJoin('access_principal', 'access_principal.id', 'access_membership.member_id')
    .select('access_principal.name')
    .where('team_id', '=', teamId)
    .orderBy('access_principal.name')
    .execute();
  return rows.map((row) => row.name);
}

/** The names of the teams that a principal belongs to, in order. */
export async function teamsOf(db: Database, memberId: string): Promise<string[]> {
  const rows = await db
    .withTables<AccessTables>()
    .selectFrom('access_membership')
    .innerJoin('access_principal', 'access_principal.id', 'access_membership.team_id')
    .select('access_principal.name')
    .where('member_id', '=', memberId)
    .orderBy('access_principal.name')
    .execute();
  return rows.map((row) => row.name);
}
