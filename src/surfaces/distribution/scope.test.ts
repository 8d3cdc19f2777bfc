import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAuthorization } from './authorization.ts';
import { covers, parseScopes } from './scope.ts';

const scopes: readonly [parameters: readonly string[], expected: readonly object[]][] = [
  [[], []],
  [['repository:a/b:pull'], [{ type: 'repository', name: 'a/b', actions: ['pull'] }]],
  [['repository:a:push,pull,fly'], [{ type: 'repository', name: 'a', actions: ['pull', 'push'] }]],
  [['repository:a:*'], [{ type: 'repository', name: 'a', actions: ['pull', 'push', 'delete'] }]],
  [
    ['repository:a:pull repository:b:push', 'registry:catalog:*'],
    [
      { type: 'repository', name: 'a', actions: ['pull'] },
      { type: 'repository', name: 'b', actions: ['push'] },
      { type: 'registry', name: 'catalog', actions: ['*'] },
    ],
  ],
  [['repository:A:pull', 'repository:a:pull:x', 'user:a:pull', 'registry:secrets:*', '::', 'x'], []],
];
for (const [parameters, expected] of scopes) {
  test(`the scopes ${JSON.stringify(parameters)} are ${expected.length}`, () => {
    assert.deepEqual(parseScopes(parameters), expected);
  });
}

test('a scope covers its own repository and actions only', () => {
  const given = parseScopes(['repository:a:pull', 'repository:b:pull,push']);
  assert.ok(covers(given, 'a', 'pull'));
  assert.ok(!covers(given, 'a', 'push'));
  assert.ok(!covers(given, 'a/b', 'pull'));
  assert.ok(covers(given, 'b', 'delete'), 'clients delete with a token for pushes');
  assert.ok(!covers(given, 'a', 'delete'));
});

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
const headers: readonly [header: string | undefined, expected: object | undefined][] = [
  [undefined, undefined],
  ['', undefined],
  ['Digest x', undefined],
  [basic(':'), undefined],
  [basic('nobody'), undefined],
  [basic('me:pass:word'), { kind: 'basic', username: 'me', password: 'pass:word' }],
  [basic('mé:é').replace('Basic', 'basic'), { kind: 'basic', username: 'mé', password: 'é' }],
  ['Bearer t', { kind: 'bearer', token: 't' }],
];
for (const [header, expected] of headers) {
  test(`the header ${header} means ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(parseAuthorization(header), expected);
  });
}
