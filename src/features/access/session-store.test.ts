import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { accessMigrations } from './migrations/index.ts';
import { createPrincipal, setDisabled, setPassword } from './principal-store.ts';
import { createSession, endSession, findSession } from './session-store.ts';

let db: Database;
const at = new Date('2026-11-23T12:00:00Z');
const later = (hours: number) => new Date(at.getTime() + hours * 3_600_000);

before(async () => {
  db = await testDatabase(accessMigrations);
});
after(() => db?.destroy());

test('a session is found by its secret for twelve hours, until it is ended', async () => {
  const principalId = await createPrincipal(db, { kind: 'user', name: 'ada', at });
  const session = await createSession(db, { principalId, from: '::1', at });
  assert.equal((await findSession(db, session.secret, later(11)))?.name, 'ada');
  assert.equal(await findSession(db, session.secret, later(12)), undefined);
  assert.equal(await findSession(db, 'assay_other', at), undefined);
  await endSession(db, session.secret);
  assert.equal(await findSession(db, session.secret, at), undefined);
});

test('a new password and a disabled user end the sessions', async () => {
  const principalId = await createPrincipal(db, { kind: 'user', name: 'bob', at });
  const first = await createSession(db, { principalId, from: '::1', at });
  await setPassword(db, principalId, 'new');
  assert.equal(await findSession(db, first.secret, at), undefined);
  const second = await createSession(db, { principalId, from: '::1', at });
  await setDisabled(db, principalId, true);
  assert.equal(await findSession(db, second.secret, at), undefined);
  await setDisabled(db, principalId, false);
  assert.equal(await findSession(db, second.secret, at), undefined);
});
