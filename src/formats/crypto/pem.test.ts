import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPem, parsePem } from './pem.ts';

test('PEM that was formatted is parsed to the same bytes', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, index) => index);
  const text = `noise\n${formatPem('CERTIFICATE', bytes)}more noise\n${formatPem('PRIVATE KEY', bytes.subarray(3))}`;
  assert.deepEqual(parsePem(text), [
    { label: 'CERTIFICATE', bytes },
    { label: 'PRIVATE KEY', bytes: bytes.slice(3) },
  ]);
});

test('windows line ends are read', () => {
  assert.equal(parsePem(formatPem('X', new Uint8Array(100)).replaceAll('\n', '\r\n'))[0]?.bytes.length, 100);
});

for (const [name, text] of Object.entries({
  'a block without an end': '-----BEGIN CERTIFICATE-----\nAAAA\n',
  'a block that is not base64': '-----BEGIN X-----\n!!!!\n-----END X-----',
  'a malformed begin line': '-----BEGIN lower-----\nAAAA\n',
})) {
  test(`${name} is refused`, () => assert.throws(() => parsePem(text), { code: 'unusable-input' }));
}
