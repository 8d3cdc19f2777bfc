import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findStatement, parseTrustPolicy } from './trust-policy.ts';

const statement = {
  name: 'a',
  registryScopes: ['registry.example.com/golden/app'],
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:a'],
  trustedIdentities: ['*'],
};

function policyOf(...changes: readonly object[]) {
  return { version: '1.0', trustPolicies: changes.map((change) => ({ ...statement, ...change })) };
}

const identity = 'x509.subject: C=CH, ST=Bern, O=Example';
const refused: Readonly<Record<string, unknown>> = {
  'another version': { ...policyOf({}), version: '2.0' },
  'no statement': policyOf(),
  'two statements of one name': policyOf({}, { registryScopes: ['registry.example.com/x'] }),
  'a scope in two statements': policyOf({}, { name: 'b' }),
  '"*" beside another scope': policyOf({ registryScopes: ['*', 'registry.example.com/x'] }),
  'a scope without a repository': policyOf({ registryScopes: ['registry.example.com'] }),
  'no trust store': policyOf({ trustStores: [] }),
  'a store of an unknown type': policyOf({ trustStores: ['pgp:a'] }),
  'a store that climbs out of its folder': policyOf({ trustStores: ['ca:../a'] }),
  'no identity': policyOf({ trustedIdentities: [] }),
  '"*" beside another identity': policyOf({ trustedIdentities: ['*', identity] }),
  'an identity without a state': policyOf({ trustedIdentities: ['x509.subject: C=CH, O=Example'] }),
  'an identity that is part of another': policyOf({ trustedIdentities: [identity, `${identity}, CN=a`] }),
  'an unknown level': policyOf({ signatureVerification: { level: 'lenient' } }),
  'an override of integrity': policyOf({ signatureVerification: { level: 'strict', override: { integrity: 'log' } } }),
  'skip with stores': policyOf({ signatureVerification: { level: 'skip' } }),
  'no object': 7,
};

for (const [name, value] of Object.entries(refused)) {
  test(`a policy with ${name} is refused`, () =>
    assert.throws(() => parseTrustPolicy(value), { code: 'unusable-input' }));
}

test('an exact scope beats the longest prefix, which beats "*"', () => {
  const policy = parseTrustPolicy(
    policyOf(
      { name: 'all', registryScopes: ['*'] },
      { name: 'host', registryScopes: ['r.example.com:5080/*'] },
      { name: 'namespace', registryScopes: ['r.example.com:5080/golden/*'] },
      { name: 'exact', registryScopes: ['r.example.com:5080/golden/app'] },
    ),
  );
  const found = (repository: string) => findStatement(policy, repository)?.name;
  assert.equal(found('r.example.com:5080/golden/app'), 'exact');
  assert.equal(found('r.example.com:5080/golden/application'), 'namespace');
  assert.equal(found('r.example.com:5080/goldenrod/app'), 'host');
  assert.equal(found('other.example.com/golden/app'), 'all');
  assert.equal(findStatement(parseTrustPolicy(policyOf({})), 'other.example.com/x'), undefined);
});
