import assert from 'node:assert/strict';
import { test } from 'node:test';
import { python } from './python.ts';

async function read(text: string) {
  const bytes = Buffer.from(text);
  const file = {
    path: 'usr/lib/python3/site-packages/x.dist-info/METADATA',
    bytes,
    mode: 0o644,
    sizeBytes: bytes.length,
  };
  return await python.read(file, () => undefined);
}

test('it wants the metadata of wheels and eggs, and nothing else', () => {
  const wants = (path: string) => python.wants({ path, mode: 0, sizeBytes: 1, head: new Uint8Array() });
  for (const path of [
    'usr/lib/python3.11/site-packages/requests-2.31.0.dist-info/METADATA',
    'usr/lib/python3/dist-packages/six-1.16.0.egg-info/PKG-INFO',
    'usr/lib/python3/dist-packages/PyYAML-6.0.egg-info',
    'opt/app/thing-1.0-py3.egg/EGG-INFO/PKG-INFO',
  ])
    assert.ok(wants(path), path);
  for (const path of ['a/METADATA', 'a/PKG-INFO', 'x.dist-info/RECORD', 'x.dist-info/METADATA.bak'])
    assert.ok(!wants(path), path);
});

test('names are normalised as package indexes do, headers end at the empty line', async () => {
  const found = await read(
    'Metadata-Version: 2.1\r\nName: Ruamel.YAML__Clib\r\nVersion: 0.2.8\r\nLicense: MIT\r\n\r\nName: other\r\nVersion: 9\r\n',
  );
  assert.deepEqual(found, [
    {
      name: 'ruamel-yaml-clib',
      version: '0.2.8',
      ecosystem: 'PyPI',
      purl: 'pkg:pypi/ruamel-yaml-clib@0.2.8',
      licenses: ['MIT'],
      path: 'usr/lib/python3/site-packages/x.dist-info/METADATA',
    },
  ]);
});

test('an expression is a better licence than words, and unknown is none', async () => {
  const licences = async (lines: string) => (await read(`Name: a\nVersion: 1\n${lines}\n`))[0]?.licenses;
  assert.deepEqual(await licences('License: Some words\nLicense-Expression: Apache-2.0'), ['Apache-2.0']);
  assert.equal(await licences('License: UNKNOWN'), undefined);
});

test('what has no name or version, or a name that is none, is no package', async () => {
  for (const text of [
    '',
    'Name: a\n',
    'Version: 1\n',
    'Name: a b\nVersion: 1\n',
    ' Name: a\n Version: 1\n',
    '\u0000\u0001',
  ])
    assert.deepEqual(await read(text), [], text);
});
