import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bottlerocket } from './bottlerocket.ts';
import { noProblem, treeOf } from './sample-tree.ts';

const path = 'usr/share/bottlerocket/application-inventory.json';
const system = { id: 'bottlerocket', versionId: '1.20.0', name: 'Bottlerocket OS', like: [] };

test('the inventory gives its packages', async () => {
  const row = {
    Name: 'glibc',
    Publisher: 'Bottlerocket',
    Version: '2.38',
    Release: '1.b.br1',
    Epoch: '0',
    Architecture: 'x86_64',
  };
  const content = JSON.stringify({ Content: [row, { ...row, Name: 'shadow', Epoch: '2' }, { Name: 'half' }, null] });
  assert.deepEqual(
    (await bottlerocket.read(treeOf({ [path]: content }), system, noProblem)).map(({ name, version, purl }) => [
      name,
      version,
      purl,
    ]),
    [
      ['glibc', '2.38-1.b.br1', 'pkg:rpm/bottlerocket/glibc@2.38-1.b.br1?arch=x86_64&distro=bottlerocket-1.20.0'],
      [
        'shadow',
        '2:2.38-1.b.br1',
        'pkg:rpm/bottlerocket/shadow@2.38-1.b.br1?arch=x86_64&distro=bottlerocket-1.20.0&epoch=2',
      ],
    ],
  );
});

test('what is no inventory is damaged', async () => {
  for (const text of ['{', '[]', '{"Content":{}}', 'null']) {
    const problems: string[] = [];
    assert.deepEqual(await bottlerocket.read(treeOf({ [path]: text }), system, ({ code }) => problems.push(code)), []);
    assert.deepEqual(problems, ['database-damaged'], text);
  }
});
