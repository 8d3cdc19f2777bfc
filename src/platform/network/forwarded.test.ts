import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { createArrivals } from './forwarded.ts';

const arrivalOf = createArrivals([
  { address: '10.0.0.0', prefix: 8 },
  { address: '192.0.2.7', prefix: 32 },
  { address: '2001:db8::', prefix: 32 },
]);

function from(remoteAddress: string, headers: Record<string, string> = {}): IncomingMessage {
  return { socket: { remoteAddress }, headers: { host: 'direct:5080', ...headers } } as unknown as IncomingMessage;
}

const direct = { isSecure: false, host: 'direct:5080', forwardedOrigin: undefined };
const xff = (value: string) => ({ 'x-forwarded-for': value });

const cases: readonly [title: string, request: IncomingMessage, address: string][] = [
  ['without headers it is the peer', from('203.0.113.9'), '203.0.113.9'],
  ['a stranger is not believed', from('203.0.113.9', xff('198.51.100.1')), '203.0.113.9'],
  ['a stranger is not believed in the standard form', from('203.0.113.9', { forwarded: 'for=1.2.3.4' }), '203.0.113.9'],
  ['a proxy is believed', from('10.1.2.3', xff('198.51.100.1')), '198.51.100.1'],
  ['a proxy whose address is mapped', from('::ffff:10.1.2.3', xff('198.51.100.1')), '198.51.100.1'],
  ['a proxy by its one address', from('192.0.2.7', xff('198.51.100.1')), '198.51.100.1'],
  ['its neighbour is a stranger', from('192.0.2.8', xff('198.51.100.1')), '192.0.2.8'],
  ['what the client wrote is left of the proxy’s word', from('10.1.2.3', xff('6.6.6.6, 198.51.100.1')), '198.51.100.1'],
  ['a chain of proxies', from('10.1.2.3', xff('198.51.100.1, 10.9.9.9')), '198.51.100.1'],
  ['a chain that the client extends', from('10.1.2.3', xff('6.6.6.6, 198.51.100.1, 10.9.9.9')), '198.51.100.1'],
  ['a port is left off', from('10.1.2.3', xff('198.51.100.1:4711')), '198.51.100.1'],
  ['IPv6', from('2001:db8::1', xff('[2a00::1]:4711')), '2a00::1'],
  ['an unreadable address ends the search at the proxy', from('10.1.2.3', xff('198.51.100.1, unknown')), '10.1.2.3'],
  ['the standard form', from('10.1.2.3', { forwarded: 'for=198.51.100.1;proto=https' }), '198.51.100.1'],
  ['the standard form, quoted', from('10.1.2.3', { forwarded: 'For="[2a00::1]:80"' }), '2a00::1'],
  ['the standard form, hidden', from('10.1.2.3', { forwarded: 'for=_secret' }), '10.1.2.3'],
  [
    'two forms that disagree: one is the client’s own',
    from('10.1.2.3', { ...xff('198.51.100.1'), forwarded: 'for=6.6.6.6' }),
    '10.1.2.3',
  ],
  ['two forms that agree', from('10.1.2.3', { ...xff('198.51.100.1'), forwarded: 'for=198.51.100.1' }), '198.51.100.1'],
  ['a list that is too long', from('10.1.2.3', xff('1.1.1.1,'.repeat(2_000))), '10.1.2.3'],
];

for (const [title, request, address] of cases) {
  test(`the client's address: ${title}`, () => assert.equal(arrivalOf(request).address, address));
}

test('without trusted proxies nothing is believed', () => {
  const headers = { ...xff('1.1.1.1'), 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' };
  assert.deepEqual(createArrivals([])(from('10.1.2.3', headers)), { address: '10.1.2.3', ...direct });
});

test('scheme and host are those that the first trusted proxy was asked for', () => {
  const headers = { ...xff('198.51.100.1'), 'x-forwarded-host': 'Images.Example.com', 'x-forwarded-proto': 'https' };
  const expected = {
    address: '198.51.100.1',
    isSecure: true,
    host: 'images.example.com',
    forwardedOrigin: 'https://images.example.com',
  };
  assert.deepEqual(arrivalOf(from('10.1.2.3', headers)), expected);
  const chained = { ...headers, ...xff('198.51.100.1, 10.9.9.9'), 'x-forwarded-host': 'images.example.com, inner' };
  assert.deepEqual(arrivalOf(from('10.1.2.3', { ...chained, 'x-forwarded-proto': 'https, http' })), expected);
  const forged = { ...headers, 'x-forwarded-host': 'evil.example, images.example.com' };
  assert.deepEqual(arrivalOf(from('10.1.2.3', forged)), expected);
  const standard = { forwarded: 'for=198.51.100.1;host="images.example.com";proto=https, for=10.9.9.9' };
  assert.deepEqual(arrivalOf(from('10.1.2.3', standard)), expected);
});

test('a host that is none is not believed', () => {
  for (const host of ['a b', 'x/y', 'user@host', '"quoted"', 'a'.repeat(300), 'host:port']) {
    const headers = { ...xff('198.51.100.1'), 'x-forwarded-host': host };
    assert.equal(arrivalOf(from('10.1.2.3', headers)).forwardedOrigin, undefined, host);
  }
});

test('hostile headers are read in time that does not run away', () => {
  for (const forwarded of ['"\\'.repeat(900), '"'.repeat(1_999), 'for="'.repeat(390), ','.repeat(1_999)]) {
    assert.equal(arrivalOf(from('10.1.2.3', { forwarded })).address, '10.1.2.3');
  }
});
