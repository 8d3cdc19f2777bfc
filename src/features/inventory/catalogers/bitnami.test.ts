import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bitnami } from './bitnami.ts';
import { noProblem } from './sample-tree.ts';

const components = 'opt/bitnami/.bitnami_components.json';
const document = 'opt/bitnami/postgresql/.spdx-postgresql.spdx';
const purl = 'pkg:bitnami/postgresql@16.1.0-3?arch=amd64&distro=debian-12';
const read = (path: string, text: string) =>
  bitnami.read({ path, mode: 0o644, sizeBytes: text.length, bytes: Buffer.from(text) }, noProblem);
const rows = async (path: string, text: string) =>
  (await read(path, text)).map((found) => [found.ecosystem, found.name, found.version, found.purl]);

test('the list of components and the documents beside them say the same', async () => {
  const expected = [['Bitnami', 'postgresql', '16.1.0', purl]];
  const list = { postgresql: { arch: 'amd64', digest: 'x', distro: 'debian-12', type: 'NAMI', version: '16.1.0-3' } };
  assert.deepEqual(await rows(components, JSON.stringify({ ...list, half: {}, none: null })), expected);
  const packageOf = (locator: string) => ({
    name: 'x',
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: locator }],
  });
  const spdx = { spdxVersion: 'SPDX-2.3', packages: [packageOf(purl), packageOf('pkg:golang/a/b@v1.0.0')] };
  assert.deepEqual(await rows(document, JSON.stringify(spdx)), expected);
});

test('it wants these files only', () => {
  const wants = (path: string) => bitnami.wants({ path, mode: 0o644, sizeBytes: 1, head: new Uint8Array() });
  for (const path of [components, document, 'opt/bitnami/.spdx-common.spdx']) assert.ok(wants(path), path);
  for (const path of [`srv/${components}`, 'opt/bitnami/a.spdx', 'opt/bitnami/x/.spdx-a.json'])
    assert.ok(!wants(path), path);
});

test('a broken list is a problem', async () => {
  const problems: string[] = [];
  const bytes = Buffer.from('{');
  const file = { path: components, mode: 0o644, sizeBytes: 1, bytes };
  assert.deepEqual(await bitnami.read(file, ({ code }) => problems.push(code)), []);
  assert.deepEqual(problems, ['file-damaged']);
});
