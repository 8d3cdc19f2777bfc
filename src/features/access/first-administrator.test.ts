import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isAllowed } from '#model/access.ts';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { audit, listAudit } from './audit-store.ts';
import { firstAdministrator } from './first-administrator.ts';
import { accessMigrations } from './migrations/index.ts';
import { createPasswords } from './passwords.ts';
import { findPrincipalByName } from './principal-store.ts';

const clock = { now: () => new Date('2026-11-23T12:00:00Z') };
const passwords = createPasswords();
let dataFolder: string;
const open: Database[] = [];

before(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'assay-first-'));
});
after(async () => {
  await Promise.all(open.map((db) => db.destroy()));
  await rm(dataFolder, { recursive: true, force: true });
});

async function emptyDatabase(): Promise<Database> {
  const db = await testDatabase(accessMigrations);
  open.push(db);
  return db;
}

test('the first start makes admin with a random password that only the owner of the data folder can read', async () => {
  const db = await emptyDatabase();
  const both = await Promise.all([1, 2].map(() => firstAdministrator({ db, clock, passwords, dataFolder })));
  assert.deepEqual(both.map((result) => result.created).sort(), [false, true]);
  const file = join(dataFolder, 'admin-password');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  const written = (await readFile(file, 'utf8')).trim();
  const admin = (await findPrincipalByName(db, 'admin')) ?? assert.fail('no admin');
  assert.ok(written.length >= 24);
  assert.equal(await passwords.verify(written, admin.password), true);
  assert.equal(isAllowed(admin, 'access.write', '*'), true);

  const again = await firstAdministrator({ db, clock, passwords, dataFolder, password: 'too late' });
  assert.deepEqual(again, { created: false, name: 'admin', passwordFile: file });
  await rm(file);
  assert.equal((await firstAdministrator({ db, clock, passwords, dataFolder })).passwordFile, null);
});

test('a configured password is used and not written down', async () => {
  const db = await emptyDatabase();
  const made = await firstAdministrator({ db, clock, passwords, dataFolder, password: 'configured' });
  assert.deepEqual(made, { created: true, name: 'admin', passwordFile: null });
  const admin = await findPrincipalByName(db, 'admin');
  assert.equal(await passwords.verify('configured', admin?.password ?? null), true);
});

test('the audit log is read newest first, a page at a time, by actor or by subject', async () => {
  const db = await emptyDatabase();
  const at = clock.now();
  for (const subject of ['a', 'b', 'a'])
    await audit(db, {
      actor: { id: '1', name: 'ada' },
      action: 'user.create',
      subject,
      from: '::1',
      at,
      data: { n: 1 },
    });
  await audit(db, { actor: { id: '2', name: 'bob' }, action: 'user.delete', subject: 'a', from: '::1', at });
  const first = await listAudit(db, { limit: 3 });
  assert.deepEqual(
    first.items.map((row) => [row.actor, row.subject]),
    [
      ['bob', 'a'],
      ['ada', 'a'],
      ['ada', 'b'],
    ],
  );
  const rest = await listAudit(db, { limit: 3, after: first.next ?? 0 });
  assert.deepEqual(rest.items, [
    { id: 1, at: at.toISOString(), actor: 'ada', action: 'user.create', subject: 'a', from: '::1', data: { n: 1 } },
  ]);
  assert.equal(rest.next, null);
  assert.equal((await listAudit(db, { limit: 9, actor: 'ada', subject: 'a' })).items.length, 2);
});
