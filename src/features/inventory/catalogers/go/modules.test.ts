import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkedVersion, parseModules, stdlibVersion } from './modules.ts';

test('modules are read, and replaced where the build replaced them', () => {
  const modules = parseModules(
    [
      'path\texample.com/a/cmd',
      'mod\texample.com/a\tv1.0.0\th1:x=',
      'dep\texample.com/b\tv1.1.0\th1:x=',
      'dep\texample.com/c\tv1.2.0',
      '=>\texample.com/fork\tv1.2.1\th1:x=',
      'dep\texample.com/d\tv1.3.0',
      '=>\t./local\t(devel)\t',
      'build\t-ldflags="-s -w"',
    ].join('\n'),
  );
  assert.deepEqual(modules.main, { path: 'example.com/a', version: 'v1.0.0' });
  assert.deepEqual(modules.dependencies, [
    { path: 'example.com/b', version: 'v1.1.0' },
    { path: 'example.com/fork', version: 'v1.2.1' },
    { path: 'example.com/d', version: 'v1.3.0' },
  ]);
  assert.equal(modules.settings.get('-ldflags'), '"-s -w"');
});

for (const [goVersion, expected] of [
  ['go1.22.3', '1.22.3'],
  ['go1.20', '1.20.0'],
  ['go1.23rc1', '1.23.0-rc.1'],
  ['go1.22.3 X:nocoverageredesign', '1.22.3'],
  ['go1.21.5-fips', '1.21.5'],
  ['devel go1.23-abcdef Tue Jan 2', undefined],
  ['', undefined],
] as const) {
  test(`"${goVersion}" is the standard library ${expected ?? 'of no known version'}`, () => {
    assert.equal(stdlibVersion(goVersion), expected);
  });
}

test("the program's own version is taken from the linker's flags, a library's is not", () => {
  const version = (ldflags: string) =>
    linkedVersion(parseModules(`mod\texample.com/a\t(devel)\nbuild\t-ldflags=${ldflags}`));
  assert.equal(version('"-s -X main.version=v1.2.3 -w"'), 'v1.2.3');
  assert.equal(version('"-X \'main.Version=1.2.3-rc1\' -X main.date=2024"'), '1.2.3-rc1');
  assert.equal(version('-X=example.com/a/internal/build.gitVersion=v2.0.0'), 'v2.0.0');
  assert.equal(version('-X k8s.io/client/version.gitVersion=v9.9.9'), undefined);
  assert.equal(version('-X main.version=dev'), undefined);
});
