import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedAddress } from './addresses.ts';

test('link-local and reserved addresses are refused whatever is configured', () => {
  for (const address of [
    '169.254.169.254',
    '::ffff:169.254.169.254',
    'fe80::1',
    '0.0.0.0',
    '::',
    '239.1.1.1',
    'fd00:ec2::254',
  ])
    assert.match(refusedAddress(address, true) ?? '', /link-local or reserved/, address);
});

test('private addresses are refused unless allowed', () => {
  for (const address of ['127.0.0.1', '10.1.2.3', '172.20.0.1', '192.168.1.1', '::1', 'fd12::1', '::ffff:10.0.0.1']) {
    assert.match(refusedAddress(address, false) ?? '', /private address/, address);
    assert.equal(refusedAddress(address, true), undefined, address);
  }
});

test('public addresses are reached', () => {
  for (const address of ['93.184.216.34', '2606:2800:220:1::1'])
    assert.equal(refusedAddress(address, false), undefined);
});
