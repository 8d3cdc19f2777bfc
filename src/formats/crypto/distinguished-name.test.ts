import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatName, identityFaults, matchesIdentity, parseNameText } from './distinguished-name.ts';

const subject = parseNameText('CN=Signing, O=Example\\, Inc., L=Berlin, ST=Berlin, C=DE');

test('a name is formatted as RFC 4514 writes it and parsed back', () => {
  assert.equal(formatName(subject), 'CN=Signing,O=Example\\, Inc.,L=Berlin,ST=Berlin,C=DE');
  assert.deepEqual(parseNameText(formatName(subject)), subject);
});

test('escapes of all kinds survive', () => {
  const name = [{ type: 'CN', value: ' #a+b"<>;\\ ü ' }];
  assert.deepEqual(parseNameText(formatName(name)), name);
  assert.equal(parseNameText('CN=Z\\c3\\bcrich')[0]?.value, 'Zürich');
});

test('S is understood as ST, and spaces around parts do not matter', () => {
  assert.deepEqual(parseNameText('S=WA ,  C= US'), [
    { type: 'C', value: 'US' },
    { type: 'ST', value: 'WA' },
  ]);
});

for (const text of ['', 'CN', 'CN=a+OU=b', 'CN=#0403', '=x']) {
  test(`the name text ${JSON.stringify(text)} is refused`, () =>
    assert.throws(() => parseNameText(text), { code: 'unusable-input' }));
}

test('an identity matches when each of its parts is in the subject, in any order', () => {
  assert.ok(matchesIdentity(subject, parseNameText('C=DE, ST=Berlin, O=Example\\, Inc.')));
  assert.ok(!matchesIdentity(subject, parseNameText('C=DE, ST=Berlin, O=Other')));
  assert.ok(!matchesIdentity(subject, parseNameText('C=DE, ST=Berlin, O=Example\\, Inc., OU=Ops')));
});

test('subjects that break trusted identities are named', () => {
  assert.deepEqual(identityFaults(subject), []);
  assert.deepEqual(identityFaults(parseNameText('CN=a,O=b,C=DE')), ['it has no state or province (ST)']);
  assert.deepEqual(identityFaults(parseNameText('CN=a,OU=x,OU=y,O=b,ST=c,C=DE')), ['it has OU twice']);
  const mail = [...subject, { type: 'emailAddress', value: 'a@example.com' }];
  assert.deepEqual(identityFaults(mail), ['it has emailAddress, which verifiers do not understand']);
});
