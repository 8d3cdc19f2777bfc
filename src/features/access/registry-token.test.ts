import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anonymous, type KnownPrincipal } from './principal.ts';
import { issueRegistryToken, registryTokenKey, verifyRegistryToken } from './registry-token.ts';

const key = registryTokenKey(Buffer.alloc(32, 7));
const ada: KnownPrincipal = { id: 'p-1', kind: 'user', name: 'ada', grants: [], version: 3 };
const scopes = [{ type: 'repository', name: 'golden/node', actions: ['pull'] }];
let seconds = 1_800_000_000;
const clock = { now: () => new Date(seconds * 1000) };

function verify(token: string, current: KnownPrincipal | undefined = ada, audience = 'assay.example') {
  return verifyRegistryToken({ key, clock, principals: { find: async () => current } }, token, audience);
}

function issue(principal = ada): string {
  return issueRegistryToken({ key, clock }, { principal, scopes, audience: 'assay.example' }).token;
}

test('a token carries its principal and scopes for five minutes', async () => {
  const token = issue();
  assert.deepEqual(await verify(token), { principal: ada, scopes });
  seconds += 299;
  assert.ok(await verify(token));
  seconds += 1;
  assert.equal(await verify(token), undefined);
});

test('a token is worth nothing once its principal is gone or changed', async () => {
  const token = issue();
  assert.equal(await verify(token, { ...ada, version: 4 }), undefined);
  const principals = { find: async () => undefined };
  assert.equal(await verifyRegistryToken({ key, clock, principals }, token, 'assay.example'), undefined);
});

test('anonymous holds tokens too, without being looked up', async () => {
  assert.equal((await verify(issue(anonymous), undefined))?.principal, anonymous);
});

test('another audience, another key and a changed byte are refused', async () => {
  const token = issue();
  assert.equal(await verify(token, ada, 'other.example'), undefined);
  const foreign = issueRegistryToken(
    { key: registryTokenKey(Buffer.alloc(32, 8)), clock },
    { principal: ada, scopes, audience: 'assay.example' },
  );
  assert.equal(await verify(foreign.token), undefined);
  for (let i = 0; i < token.length - 1; i += 7) {
    const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
    assert.equal(await verify(changed), undefined, `byte ${i}`);
  }
});

test('a header that names no algorithm, or another one, is refused before anything is read', async () => {
  const [, payload] = issue().split('.');
  for (const header of [{ alg: 'none' }, { alg: 'HS512', typ: 'JWT' }])
    assert.equal(await verify(`${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.AA`), undefined);
  for (const text of ['', '..', 'a.b', 'a.b.c.d', 'assay_x', 'é.é.é', 'x'.repeat(20_000)])
    assert.equal(await verify(text), undefined);
});

test('the future does not issue tokens, within half a minute', async () => {
  seconds += 31;
  const early = issue();
  seconds -= 31;
  assert.equal(await verify(early), undefined);
  seconds += 1;
  assert.ok(await verify(early));
});
