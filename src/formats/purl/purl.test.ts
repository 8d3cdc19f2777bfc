import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPurl, type PurlInput, parsePurl } from './index.ts';

const canonical: readonly (readonly [PurlInput, string])[] = [
  [{ type: 'npm', namespace: '@angular', name: 'core', version: '12.3.1' }, 'pkg:npm/%40angular/core@12.3.1'],
  [{ type: 'npm', name: 'express', version: '4.19.2' }, 'pkg:npm/express@4.19.2'],
  [{ type: 'pypi', name: 'Foo_Bar', version: '1.0+local' }, 'pkg:pypi/foo-bar@1.0%2Blocal'],
  [
    { type: 'deb', namespace: 'Debian', name: 'libssl3', version: '1:3.0.11-1~deb12u2', qualifiers: { arch: 'amd64' } },
    'pkg:deb/debian/libssl3@1:3.0.11-1~deb12u2?arch=amd64',
  ],
  [
    {
      type: 'rpm',
      namespace: 'almalinux',
      name: 'OpenIPMI',
      version: '3.0-1.el9',
      qualifiers: { upstream: 'a b.src.rpm', epoch: '1', distro: '' },
    },
    'pkg:rpm/almalinux/OpenIPMI@3.0-1.el9?epoch=1&upstream=a%20b.src.rpm',
  ],
  [
    { type: 'maven', namespace: 'org.apache.logging.log4j', name: 'log4j-core', version: '2.14.1' },
    'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1',
  ],
  [
    { type: 'golang', namespace: 'github.com/Masterminds', name: 'goutils', version: 'v1.1.0', subpath: '/a/./b/' },
    'pkg:golang/github.com/Masterminds/goutils@v1.1.0#a/b',
  ],
  [{ type: 'generic', name: "it's (1)*!", version: null }, 'pkg:generic/it%27s%20%281%29%2A%21'],
];

test('a package URL is written canonically, and read back', () => {
  for (const [input, text] of canonical) {
    assert.equal(formatPurl(input), text);
    assert.equal(formatPurl(parsePurl(text)), text);
  }
});

test('loose spellings are read', () => {
  assert.deepEqual(parsePurl('PKG://NPM/%40scope/name@1.0?Arch=x&empty=#/sub/../path/'), {
    type: 'npm',
    namespace: '@scope',
    name: 'name',
    version: '1.0',
    qualifiers: { arch: 'x' },
    subpath: 'sub/path',
  });
  assert.equal(parsePurl('pkg:npm/@scope/name').name, 'name');
});

test('what is no package URL is refused with the reason', () => {
  for (const text of ['', 'npm/a', 'pkg:', 'pkg:npm', 'pkg:npm/', 'pkg:npm/%zz', 'pkg:n pm/a']) {
    assert.throws(() => parsePurl(text), /cannot read package URL/, text);
  }
});
