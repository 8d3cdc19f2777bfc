import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Database } from '#platform/database/database.ts';
import { testDatabase } from '#testkit/database.ts';
import { type Authenticator, createAuthenticator } from './authenticator.ts';
import { accessMigrations } from './migrations/index.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import {
  createPrincipal,
  deletePrincipal,
  findPrincipal,
  findPrincipalByName,
  setDisabled,
  setGrants,
  setPassword,
} from './principal-store.ts';
import { createPrincipals } from './principals.ts';
import { createToken, deleteToken, listTokens } from './token-store.ts';

let db: Database;
let now = new Date('2026-11-23T12:00:00Z');
const clock = { now: () => now };
const real = createPasswords();
let hashes = 0;
const passwords: Passwords = {
  hash: real.hash,
  verify: (password, stored) => {
    hashes += 1;
    return real.verify(password, stored);
  },
};
let authenticator: Authenticator;
let address = 0;
/** Every test comes from an address of its own. */
const from = () => `10.0.0.${address}`;

before(async () => {
  db = await testDatabase(accessMigrations);
  const principals = createPrincipals({ load: (id) => findPrincipal(db, id), isTrusted: () => false });
  authenticator = createAuthenticator({ db, clock, passwords, principals });
});
after(() => db?.destroy());

async function create(name: string, password: string | null = 'a long password'): Promise<string> {
  address += 1;
  hashes = 0;
  return createPrincipal(db, {
    kind: password === null ? 'robot' : 'user',
    name,
    password: password === null ? null : await real.hash(password),
    grants: [{ namespace: 'golden', role: 'reader' }],
    at: now,
  });
}

const signIn = (username: string, password: string) =>
  authenticator.authenticate({ kind: 'basic', username, password }, from());

test('the right password signs in with the grants, a wrong one and an unknown name do not', async () => {
  const id = await create('ada');
  assert.deepEqual(await signIn('ada', 'a long password'), {
    id,
    kind: 'user',
    name: 'ada',
    grants: [{ namespace: 'golden', role: 'reader' }],
    version: 1,
  });
  assert.equal(await signIn('ada', 'a long passworD'), undefined);
  assert.equal(await signIn('nobody', 'a long password'), undefined);
  assert.equal(hashes, 3, 'an unknown name costs a hash too');
});

test('a good password is hashed once a minute, however many requests show it at once', async () => {
  await create('grace');
  await Promise.all(Array.from({ length: 50 }, () => signIn('grace', 'a long password')));
  assert.equal(hashes, 1);
  now = new Date(now.getTime() + 61_000);
  await signIn('grace', 'a long password');
  assert.equal(hashes, 2);
});

test('what is remembered is forgotten at once when the principal changes', async () => {
  const id = await create('joan');
  await signIn('joan', 'a long password');
  await setGrants(db, id, [{ namespace: 'golden', role: 'curator' }]);
  assert.equal((await signIn('joan', 'a long password'))?.grants[0]?.role, 'curator');
  assert.equal(hashes, 2);
  await setPassword(db, id, await real.hash('another password'));
  assert.equal(await signIn('joan', 'a long password'), undefined);
  assert.ok(await signIn('joan', 'another password'));
  await setDisabled(db, id, true);
  assert.equal(await signIn('joan', 'another password'), undefined);
  await setDisabled(db, id, false);
  assert.ok(await signIn('joan', 'another password'));
  await deletePrincipal(db, id);
  assert.equal(await signIn('joan', 'another password'), undefined);
});

test('guessing is slowed down per address and name, also when the guesses come at once', async () => {
  await create('mary');
  const guesses = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => signIn('mary', `guess number ${i}`)));
  assert.equal(hashes, 5);
  const refused = guesses.filter((guess) => guess.status === 'rejected');
  assert.equal(refused.length, 15);
  assert.match(String(refused[0]?.reason), /too many wrong passwords from this address; wait 1 s/);
  await assert.rejects(signIn('mary', 'a long password'), /too many wrong passwords/);
  const elsewhere = await authenticator.authenticate(
    { kind: 'basic', username: 'mary', password: 'a long password' },
    '10.9.9.9',
  );
  assert.ok(elsewhere);
  now = new Date(now.getTime() + 1_000);
  assert.ok(await signIn('mary', 'a long password'));
});

test('a principal without a password signs in with a token only', async () => {
  const id = await create('ci', null);
  assert.equal(await signIn('ci', ''), undefined);
  const { secret } = await createToken(db, { principalId: id, name: 'pipeline', expiresAt: null, at: now });
  assert.match(secret, /^assay_/);
  assert.equal((await signIn('ci', secret))?.id, id);
  assert.equal((await signIn('token', secret))?.id, id);
  assert.equal(await signIn('ada', secret), undefined);
  assert.equal((await authenticator.authenticate({ kind: 'bearer', token: secret }, from()))?.id, id);
  assert.equal(
    await authenticator.authenticate({ kind: 'bearer', token: `${secret.slice(0, -1)}!` }, from()),
    undefined,
  );
  assert.equal((await listTokens(db, id))[0]?.lastUsedAt, now.toISOString());
  await setDisabled(db, id, true);
  assert.equal(await signIn('ci', secret), undefined);
});

test('a token ends on its day, and at once when it is deleted', async () => {
  const id = await create('nightly', null);
  const ending = await createToken(db, {
    principalId: id,
    name: 'short',
    expiresAt: new Date(now.getTime() + 1_000),
    at: now,
  });
  const other = await createToken(db, { principalId: id, name: 'other', expiresAt: null, at: now });
  assert.ok(await signIn('nightly', ending.secret));
  now = new Date(now.getTime() + 1_000);
  assert.equal(await signIn('nightly', ending.secret), undefined);
  assert.equal(await deleteToken(db, id, other.id), true);
  assert.equal(await deleteToken(db, id, other.id), false);
  assert.equal(await signIn('nightly', other.secret), undefined);
  await assert.rejects(
    createToken(db, { principalId: id, name: 'past', expiresAt: new Date(0), at: now }),
    /its end lies in the past/,
  );
});

test('a password stored by somebody else is never found under a name that is only alike', async () => {
  await create('eve');
  for (const name of ['Eve', 'eve ', ' eve', 'eve\u0000', 'e'.repeat(5_000)])
    assert.equal(await signIn(name, 'a long password'), undefined, name);
  assert.equal((await findPrincipalByName(db, 'eve'))?.name, 'eve');
});
