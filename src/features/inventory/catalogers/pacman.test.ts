import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pacman } from './pacman.ts';
import { noProblem, treeOf } from './sample-tree.ts';

const arch = { id: 'arch', versionId: '', name: 'Arch Linux', like: [] };
const folder = 'var/lib/pacman/local/python-requests-2.32.3-1';
const desc =
  '%NAME%\npython-requests\n\n%VERSION%\n2.32.3-1\n\n%BASE%\npython-requests\n\n%ARCH%\nany\n\n%LICENSE%\nApache-2.0\n\n%DEPENDS%\npython\n';
const files =
  '%FILES%\nusr/\nusr/lib/\nusr/lib/python3.12/site-packages/requests-2.32.3.dist-info/METADATA\n\n%BACKUP%\netc/x\tabc\n';

test('a package has a folder with its description and its files', async () => {
  const tree = treeOf({ [`${folder}/desc`]: desc, [`${folder}/files`]: files });
  assert.deepEqual(await pacman.read(tree, arch, noProblem), [
    {
      name: 'python-requests',
      version: '2.32.3-1',
      ecosystem: null,
      purl: 'pkg:alpm/arch/python-requests@2.32.3-1?arch=any&distro=arch',
      sourceName: 'python-requests',
      sourceVersion: '2.32.3-1',
      licenses: ['Apache-2.0'],
      path: `${folder}/desc`,
      owns: ['usr/lib/python3.12/site-packages/requests-2.32.3.dist-info/METADATA'],
    },
  ]);
});

test('it wants descriptions and lists of files only', () => {
  assert.ok(pacman.wants(`${folder}/desc`) && pacman.wants(`${folder}/files`));
  for (const path of [`${folder}/mtree`, 'var/lib/pacman/sync/core.db', `srv/${folder}/desc`, `${folder}/x/desc`])
    assert.ok(!pacman.wants(path), path);
});

test('a description without a name is damaged, the others are read', async () => {
  const problems: string[] = [];
  const tree = treeOf({ [`${folder}/desc`]: desc, 'var/lib/pacman/local/broken-1-1/desc': '%VERSION%\n1-1\n' });
  const packages = await pacman.read(tree, null, ({ code, path }) => problems.push(`${code} ${path}`));
  assert.equal(packages[0]?.purl, 'pkg:alpm/arch/python-requests@2.32.3-1?arch=any');
  assert.deepEqual(problems, ['database-damaged var/lib/pacman/local/broken-1-1/desc']);
});
