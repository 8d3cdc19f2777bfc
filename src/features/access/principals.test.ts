import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '#platform/database/database.ts';
import { migrate } from '#platform/database/migrations.ts';
import { openNotifications } from '#platform/database/notifications.ts';
import { testDatabaseUrl } from '#testkit/database.ts';
import { accessMigrations } from './migrations/index.ts';
import { createPrincipal, setGrants } from './principal-store.ts';
import { createPrincipals, openPrincipals } from './principals.ts';

function world() {
  let loads = 0;
  let isTrusted = true;
  const row = { id: 'p', kind: 'user' as const, name: 'ada', grants: [], version: 1, disabled: false };
  const stored = { current: { ...row } as typeof row | undefined };
  const gate = { wait: Promise.resolve() };
  const principals = createPrincipals({
    isTrusted: () => isTrusted,
    load: async () => {
      loads += 1;
      const seen = stored.current;
      await gate.wait;
      return seen;
    },
  });
  return { principals, row, stored, gate, loads: () => loads, trust: (value: boolean) => (isTrusted = value) };
}

test('a principal is loaded once while changes are announced', async () => {
  const { principals, loads, stored, row } = world();
  await principals.find('p');
  await principals.find('p');
  assert.equal(loads(), 1);
  stored.current = { ...row, version: 2 };
  principals.forget('p');
  assert.equal((await principals.find('p'))?.version, 2);
  principals.forgetAll();
  await principals.find('p');
  assert.equal(loads(), 3);
});

test('memory is not trusted while changes are not announced', async () => {
  const { principals, loads, trust } = world();
  await principals.find('p');
  trust(false);
  await principals.find('p');
  await principals.find('p');
  assert.equal(loads(), 3);
});

test('what was read before a change is not remembered after it', async () => {
  const { principals, stored, row, gate } = world();
  const { promise, resolve } = Promise.withResolvers<void>();
  gate.wait = promise;
  const reading = principals.find('p');
  stored.current = { ...row, version: 2 };
  principals.forget('p');
  resolve();
  await reading;
  assert.equal((await principals.find('p'))?.version, 2);
});

test('a disabled or missing principal is nobody', async () => {
  const { principals, stored, row } = world();
  stored.current = { ...row, disabled: true };
  assert.equal(await principals.find('p'), undefined);
  stored.current = undefined;
  assert.equal(await principals.find('p'), undefined);
});

test('a change in the database is known here as soon as it is announced', async (t) => {
  const url = await testDatabaseUrl();
  const db = openDatabase({ url, applicationName: 'test', allowExitOnIdle: true });
  t.after(() => db.destroy());
  await migrate(db, accessMigrations);
  await using notifications = await openNotifications({ url, applicationName: 'test' });
  const principals = await openPrincipals({ db, notifications });
  const id = await createPrincipal(db, { kind: 'user', name: 'ada', at: new Date() });
  const first = await principals.find(id);
  assert.equal(await principals.find(id), first, 'remembered');
  await setGrants(db, id, [{ namespace: 'golden', role: 'reader' }]);
  for (let tries = 0; tries < 100 && (await principals.find(id)) === first; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal((await principals.find(id))?.grants.length, 1);
});
