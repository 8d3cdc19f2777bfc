import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distributionOfPackages } from './distribution-packages.ts';

test('packages that name the release tell the distribution', () => {
  const rows: [name: string, version: string, expected: string | null][] = [
    ['base-files', '12.4+deb12u5', 'debian 12'],
    ['base-files', '12.4', 'debian 12'],
    ['base-files', '13ubuntu10.1', 'ubuntu 24.04'],
    ['base-files', '12ubuntu4.6', 'ubuntu 22.04'],
    ['base-files', '14ubuntu1', null],
    ['alpine-release', '3.20.3-r0', 'alpine 3.20.3'],
    ['wolfi-baselayout', '20230201-r7', 'wolfi 20230201'],
    ['almalinux-release', '9.3-1.el9', 'almalinux 9.3'],
    ['azurelinux-release', '3.0-20.azl3', 'azurelinux 3.0'],
    ['bash', '5.2', null],
  ];
  for (const [name, version, expected] of rows) {
    const found = distributionOfPackages([{ name, version, ecosystem: null, purl: '', path: '' }]);
    assert.equal(found && `${found.id} ${found.versionId}`, expected, `${name} ${version}`);
  }
});
