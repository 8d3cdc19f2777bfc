import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Role } from '#model/access.ts';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { accessMigrations } from './migrations/index.ts';
import {
  createPrincipal,
  deletePrincipal,
  findPrincipal,
  findPrincipalByExternalId,
  getPrincipalByName,
  listPrincipals,
  setDisabled,
  setGrants,
} from './principal-store.ts';
import { addMember, membersOf, removeMember, teamsOf } from './team-store.ts';

let db: Database;
const at = new Date('2026-11-23T12:00:00Z');
before(async () => {
  db = await testDatabase(accessMigrations);
});
after(() => db?.destroy());

const everything: { namespace: string; role: Role }[] = [{ namespace: '*', role: 'administrator' }];

test('names and external ids are unique, and some names are reserved', async () => {
  await createPrincipal(db, { kind: 'user', name: 'root', externalId: 'oidc|1', grants: everything, at });
  await assert.rejects(
    createPrincipal(db, { kind: 'robot', name: 'root', at }),
    /the name or its external id is taken/,
  );
  await assert.rejects(createPrincipal(db, { kind: 'user', name: 'other', externalId: 'oidc|1', at }), /is taken/);
  await assert.rejects(createPrincipal(db, { kind: 'user', name: 'anonymous', at }), /the name is reserved/);
  await assert.rejects(createPrincipal(db, { kind: 'team', name: 'x', password: 'y', at }), /its members do/);
  assert.equal((await findPrincipalByExternalId(db, 'oidc|1'))?.name, 'root');
  await assert.rejects(getPrincipalByName(db, 'ghost'), /no user, robot, team or workload of this name/);
});

test('a member has the grants of its teams, and every change of them makes its version worthless', async () => {
  const team = await createPrincipal(db, {
    kind: 'team',
    name: 'payments',
    grants: [{ namespace: 'staging', role: 'publisher' }],
    at,
  });
  const ada = await createPrincipal(db, {
    kind: 'user',
    name: 'ada',
    grants: [{ namespace: 'golden', role: 'reader' }],
    at,
  });
  const read = async () => {
    const { grants, version } = (await findPrincipal(db, ada)) ?? assert.fail('ada is gone');
    return { version, grants: grants.map(({ namespace, role }) => `${namespace}:${role}`).sort() };
  };
  assert.deepEqual(await read(), { version: 1, grants: ['golden:reader'] });
  await addMember(db, team, ada);
  await addMember(db, team, ada);
  assert.deepEqual(await read(), { version: 3, grants: ['golden:reader', 'staging:publisher'] });
  await setGrants(db, team, [{ namespace: 'staging', role: 'curator' }]);
  assert.deepEqual(await read(), { version: 4, grants: ['golden:reader', 'staging:curator'] });
  assert.deepEqual(await membersOf(db, team), ['ada']);
  assert.deepEqual(await teamsOf(db, ada), ['payments']);
  await setDisabled(db, team, true);
  assert.deepEqual(await read(), { version: 5, grants: ['golden:reader'] });
  await setDisabled(db, team, false);
  await removeMember(db, team, ada);
  assert.deepEqual(await read(), { version: 7, grants: ['golden:reader'] });
  await addMember(db, team, ada);
  await deletePrincipal(db, team);
  assert.deepEqual(await read(), { version: 9, grants: ['golden:reader'] });
});

test('teams hold no teams, and only teams hold anybody', async () => {
  const one = await createPrincipal(db, { kind: 'team', name: 'one', at });
  const two = await createPrincipal(db, { kind: 'team', name: 'two', at });
  const bob = await createPrincipal(db, { kind: 'user', name: 'bob', at });
  await assert.rejects(addMember(db, one, two), /only teams have members/);
  await assert.rejects(addMember(db, bob, bob), /only teams have members/);
  await assert.rejects(addMember(db, one, 'nobody'), /unknown/);
});

test('the last administrator stays, whichever way it would go', async () => {
  const root = await getPrincipalByName(db, 'root');
  for (const change of [
    () => setGrants(db, root.id, []),
    () => setDisabled(db, root.id, true),
    () => deletePrincipal(db, root.id),
  ])
    await assert.rejects(change(), /nobody would be administrator/);
  assert.deepEqual((await findPrincipal(db, root.id))?.grants, everything);

  const second = await createPrincipal(db, { kind: 'user', name: 'second', grants: everything, at });
  const gone = await Promise.allSettled([deletePrincipal(db, root.id), deletePrincipal(db, second)]);
  assert.deepEqual(gone.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
});

test('principals are listed by name, a page at a time', async () => {
  const first = await listPrincipals(db, { limit: 2 });
  assert.deepEqual(
    first.items.map((row) => row.name),
    ['ada', 'bob'],
  );
  assert.equal(first.next, 'bob');
  const robots = await listPrincipals(db, { limit: 50, kind: 'team', after: 'one' });
  assert.deepEqual(
    robots.items.map((row) => row.name),
    ['two'],
  );
  assert.equal(robots.next, null);
});
