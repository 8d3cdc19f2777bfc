import assert from 'node:assert/strict';
import { test } from 'node:test';
import { npm } from './npm.ts';

async function read(text: string, path = 'app/node_modules/x/package.json') {
  const problems: string[] = [];
  const bytes = Buffer.from(text);
  const packages = await npm.read({ path, bytes, mode: 0o644, sizeBytes: bytes.length }, ({ code }) =>
    problems.push(code),
  );
  return { packages, problems };
}

test('it wants the manifests of installed modules, however deep, and nothing else', () => {
  const wants = (path: string) => npm.wants({ path, mode: 0, sizeBytes: 1, head: new Uint8Array() });
  for (const path of [
    'node_modules/a/package.json',
    'app/node_modules/@scope/a/package.json',
    'app/node_modules/.pnpm/express@4.19.2/node_modules/express/package.json',
    'usr/local/lib/node_modules/npm/node_modules/tar/package.json',
  ])
    assert.ok(wants(path), path);
  for (const path of [
    'app/package.json',
    'node_modules/a/test/package.json',
    'node_modules/@scope/package.json',
    'node_modules/package.json',
    'my_node_modules/a/package.json',
  ])
    assert.ok(!wants(path), path);
});

test('name, version and licences come from the manifest, not from the folder', async () => {
  assert.deepEqual((await read('\ufeff{"name":"@scope/real","version":"1.2.3-beta.1","license":"MIT"}')).packages, [
    {
      name: '@scope/real',
      version: '1.2.3-beta.1',
      ecosystem: 'npm',
      purl: 'pkg:npm/%40scope/real@1.2.3-beta.1',
      licenses: ['MIT'],
      path: 'app/node_modules/x/package.json',
    },
  ]);
  const old = await read('{"name":"old","version":"0.1.0","licenses":[{"type":"BSD"},{"type":"MIT"}]}');
  assert.deepEqual(old.packages[0]?.licenses, ['BSD', 'MIT']);
});

test('a manifest without name or version is no package', async () => {
  for (const text of [
    '{"type":"module"}',
    '{"name":"x"}',
    '{"version":"1"}',
    '{"name":"../x/y","version":"1"}',
    '{"name":1,"version":{}}',
    '[]',
    'null',
    '"x"',
  ])
    assert.deepEqual(await read(text), { packages: [], problems: [] }, text);
});

test('a manifest that is no JSON, or nested without end, is damaged', async () => {
  for (const text of ['{', '', `${'['.repeat(100_000)}`])
    assert.deepEqual(await read(text), { packages: [], problems: ['file-damaged'] });
});
