import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPasswords } from './passwords.ts';

const passwords = createPasswords();

test('a password is recognised by its own hash only', async () => {
  const stored = await passwords.hash('correct horse battery');
  assert.match(stored, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  assert.equal(await passwords.verify('correct horse battery', stored), true);
  assert.equal(await passwords.verify('correct horse batterx', stored), false);
  assert.equal(await passwords.verify('', stored), false);
});

test('the same password has another hash every time', async () => {
  assert.notEqual(await passwords.hash('one password'), await passwords.hash('one password'));
});

test('nothing matches a user without a password or a hash that is damaged or too dear', async () => {
  const stored = await passwords.hash('x');
  for (const bad of [
    null,
    '',
    'x',
    stored.slice(0, -4).replace('argon2id', 'argon2i'),
    stored.replace('m=19456', 'm=999999999'),
  ])
    assert.equal(await passwords.verify('x', bad), false, String(bad));
});

test('at most two hashes run at once, and beyond 64 waiting ones a sign-in is turned away', async () => {
  const own = createPasswords();
  const all = await Promise.allSettled(Array.from({ length: 70 }, () => own.verify('x', null)));
  const refused = all.filter((result) => result.status === 'rejected');
  assert.equal(refused.length, 4);
  assert.match(String(refused[0]?.reason), /too many sign-ins wait/);
});
