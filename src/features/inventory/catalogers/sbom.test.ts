import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sbom } from './sbom.ts';

const head = new Uint8Array();
const wants = (path: string) => sbom.wants({ path, mode: 0o644, sizeBytes: 1, head });
const read = (text: string, problems: string[] = []) =>
  sbom.read({ path: 'app/app.cdx.json', mode: 0o644, sizeBytes: text.length, bytes: Buffer.from(text) }, ({ code }) =>
    problems.push(code),
  );

test('it wants files that are named as bills of materials are', () => {
  for (const path of [
    'a.spdx',
    'a.spdx.json',
    'a.cdx',
    'app/a.cdx.json',
    'x.bom.json',
    'var/lib/db/sbom/musl.spdx.json',
  ])
    assert.ok(wants(path), path);
  for (const path of ['a.json', 'bom.txt', 'aspdx', 'a.spdx.md']) assert.ok(!wants(path), path);
});

test('what is listed is found, with what stands beside it', async () => {
  const component = {
    type: 'library',
    purl: 'pkg:deb/debian/libc6@2.36-9?distro=debian-12',
    licenses: [{ license: { id: 'LGPL-2.1' } }],
    properties: [{ name: 'assay:source:name', value: 'glibc' }],
  };
  const document = { bomFormat: 'CycloneDX', components: [component, { type: 'library', purl: 'broken' }] };
  assert.deepEqual(await read(JSON.stringify(document)), [
    {
      name: 'libc6',
      version: '2.36-9',
      ecosystem: 'Debian:12',
      purl: 'pkg:deb/debian/libc6@2.36-9?distro=debian-12',
      licenses: ['LGPL-2.1'],
      sourceName: 'glibc',
      path: 'app/app.cdx.json',
    },
  ]);
});

test('a file of that name that is none gives nothing, a broken one is a problem', async () => {
  const problems: string[] = [];
  assert.deepEqual(await read('some text', problems), []);
  assert.deepEqual(await read('{}', problems), []);
  assert.deepEqual(problems, []);
  assert.deepEqual(await read('{"bomFormat"', problems), []);
  assert.deepEqual(problems, ['file-damaged']);
});
