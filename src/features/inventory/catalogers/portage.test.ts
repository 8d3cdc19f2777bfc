import assert from 'node:assert/strict';
import { test } from 'node:test';
import { portage } from './portage.ts';
import { noProblem, treeOf } from './sample-tree.ts';

const gentoo = { id: 'gentoo', versionId: '2.15', name: 'Gentoo', like: [] };
const folder = 'var/db/pkg/dev-python/requests-2.32.3-r1';

test('a package is a folder named after it, with what it owns', async () => {
  const tree = treeOf({
    [`${folder}/CONTENTS`]:
      'dir /usr\nobj /usr/lib/a b.txt 0123 1700000000\nsym /usr/bin/x -> y/z 1700000000\nobj /usr/lib/m.dist-info/METADATA 0 1\n',
    [`${folder}/LICENSE`]: '|| ( MIT Apache-2.0 )\n',
    [`${folder}/repository`]: 'gentoo\n',
  });
  assert.deepEqual(await portage.read(tree, gentoo, noProblem), [
    {
      name: 'dev-python/requests',
      version: '2.32.3-r1',
      ecosystem: null,
      purl: 'pkg:ebuild/dev-python/requests@2.32.3-r1?distro=gentoo-2.15',
      licenses: ['MIT', 'Apache-2.0'],
      path: `${folder}/CONTENTS`,
      owns: ['usr/lib/a b.txt', 'usr/bin/x', 'usr/lib/m.dist-info/METADATA'],
    },
  ]);
});

test('names and versions are told apart by the rules of the package manager', async () => {
  const rows: [folder: string, name: string, version: string][] = [
    ['sys-libs/glibc-2.39-r6', 'sys-libs/glibc', '2.39-r6'],
    ['app-arch/7zip-24.07', 'app-arch/7zip', '24.07'],
    ['x11-libs/gtk+-3.24.42', 'x11-libs/gtk+', '3.24.42'],
    ['dev-libs/openssl-3.0.13_p1-r2', 'dev-libs/openssl', '3.0.13_p1-r2'],
    ['net-misc/iputils-20240117', 'net-misc/iputils', '20240117'],
    ['virtual/libc-1-r1', 'virtual/libc', '1-r1'],
    ['dev-lang/python-exec-conf-2.4.6b_rc1', 'dev-lang/python-exec-conf', '2.4.6b_rc1'],
  ];
  for (const [path, name, version] of rows) {
    const [found] = await portage.read(treeOf({ [`var/db/pkg/${path}/CONTENTS`]: '' }), gentoo, noProblem);
    assert.deepEqual([found?.name, found?.version], [name, version]);
  }
});

test('a folder without a version is damaged, a half-merged one is none', async () => {
  const problems: string[] = [];
  const tree = treeOf({
    'var/db/pkg/a/noversion/CONTENTS': '',
    'var/db/pkg/a/-MERGING-b-1/CONTENTS': '',
  });
  assert.deepEqual(await portage.read(tree, gentoo, ({ code }) => problems.push(code)), []);
  assert.deepEqual(problems, ['database-damaged']);
});

test('it wants three files of each package', () => {
  assert.ok(portage.wants(`${folder}/CONTENTS`) && portage.wants(`${folder}/LICENSE`));
  for (const path of [`${folder}/environment.bz2`, `${folder}/x/CONTENTS`, `srv/${folder}/CONTENTS`])
    assert.ok(!portage.wants(path), path);
});
