import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packageOfPurl } from './purl-package.ts';

test('a package URL gives the package as catalogers would have found it', () => {
  const rows: [purl: string, ecosystem: string | null, name: string, version: string, source?: string][] = [
    ['pkg:npm/%40angular/core@17.0.0', 'npm', '@angular/core', '17.0.0'],
    ['pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1', 'Maven', 'org.apache.logging.log4j:log4j-core', '2.14.1'],
    ['pkg:golang/github.com/gin-gonic/gin@v1.9.0', 'Go', 'github.com/gin-gonic/gin', '1.9.0'],
    ['pkg:pypi/Ruamel.Yaml@0.17', 'PyPI', 'ruamel-yaml', '0.17'],
    ['pkg:composer/symfony/http-kernel@6.0.0', 'Packagist', 'symfony/http-kernel', '6.0.0'],
    ['pkg:bitnami/postgresql@16.1.0-3?arch=amd64&distro=debian-12', 'Bitnami', 'postgresql', '16.1.0'],
    ['pkg:deb/debian/libc6@2.36-9?distro=debian-12&upstream=glibc', 'Debian:12', 'libc6', '2.36-9', 'glibc'],
    ['pkg:apk/alpine/musl@1.2.5-r0?distro=alpine-3.20.3', 'Alpine:v3.20', 'musl', '1.2.5-r0'],
    [
      'pkg:rpm/redhat/bash@5.1.8-6.el9?distro=redhat-9.4&epoch=1&upstream=bash-5.1.8-6.el9.src.rpm',
      'Red Hat:enterprise_linux:9',
      'bash',
      '1:5.1.8-6.el9',
      'bash',
    ],
    ['pkg:rpm/opensuse/zlib@1.2?distro=opensuse-leap-15.6', 'openSUSE:Leap 15.6', 'zlib', '1.2'],
    ['pkg:rpm/fedora/bash@5.2-1.fc40?distro=fedora-40', '', 'bash', '5.2-1.fc40'],
    ['pkg:deb/debian/libc6@2.36-9', null, 'libc6', '2.36-9'],
    ['pkg:generic/redis@7.2.4', '', 'redis', '7.2.4'],
  ];
  for (const [purl, ecosystem, name, version, source] of rows) {
    const found = packageOfPurl(purl, 'x.cdx.json');
    assert.deepEqual(
      [found?.ecosystem, found?.name, found?.version, found?.sourceName],
      [ecosystem, name, version, source],
      purl,
    );
  }
});

test('the system of the whole document counts where the package URL names none', () => {
  const system = { id: 'debian', versionId: '11' };
  assert.equal(packageOfPurl('pkg:deb/debian/a@1', 'x', system)?.ecosystem, 'Debian:11');
  assert.equal(packageOfPurl('pkg:deb/debian/a@1?distro=debian-12', 'x', system)?.ecosystem, 'Debian:12');
});

test('what is no package, or has no version, is left out', () => {
  for (const purl of ['pkg:npm/a', 'pkg:oci/app@sha256:00', 'nonsense', 'pkg:docker/a@1', ''])
    assert.equal(packageOfPurl(purl, 'x'), undefined, purl);
});
