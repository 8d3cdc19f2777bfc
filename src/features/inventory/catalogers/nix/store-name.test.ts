import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStoreName } from './store-name.ts';

const hash = '0c7c96gikmzv87i7lv3vq5s1cmfjd6zf';

test('a name in the store gives name, version and output', () => {
  const rows: [entry: string, name: string, version: string, output: string][] = [
    ['glibc-2.38-44', 'glibc', '2.38-44', 'out'],
    ['glibc-2.38-44-bin', 'glibc', '2.38-44', 'bin'],
    ['openssl-3.0.13-dev', 'openssl', '3.0.13', 'dev'],
    ['python3.11-requests-2.31.0', 'python3.11-requests', '2.31.0', 'out'],
    ['bash-5.2p26', 'bash', '5.2p26', 'out'],
    ['nss-cacert-3.98', 'nss-cacert', '3.98', 'out'],
    ['lua-5.2.4_luarocks-3.1', 'lua', '5.2.4_luarocks-3.1', 'out'],
  ];
  for (const [entry, name, version, output] of rows)
    assert.deepEqual(parseStoreName(`${hash}-${entry}`), { hash, name, version, output }, entry);
});

test('what has no version, or is a source, is no package', () => {
  for (const entry of [
    'source',
    'hook',
    'builder.sh',
    'glibc-2.38.tar.xz',
    'fix-1.patch',
    'bash-5.2.drv',
    'user-environment',
  ])
    assert.equal(parseStoreName(`${hash}-${entry}`), undefined, entry);
  for (const entry of ['.links', 'glibc-2.38', `${hash}x-glibc-2.38`, `${'e'.repeat(32)}-glibc-2.38`])
    assert.equal(parseStoreName(entry), undefined, entry);
});

test('the derivation tells what only looks like an output', () => {
  const drv = `${hash}-gcc-13.2.0-lib.drv`;
  assert.equal(parseStoreName(`${hash}-gcc-13.2.0-lib`, drv)?.output, 'out');
  assert.deepEqual(parseStoreName(`${hash}-gcc-13.2.0-odd`, `${hash}-gcc-13.2.0.drv`), {
    hash,
    name: 'gcc',
    version: '13.2.0',
    output: 'odd',
  });
});
