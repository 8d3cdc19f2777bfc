import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  concernsEcosystem,
  distributionEcosystem,
  ecosystems,
  findEcosystem,
  normalizePackageName,
  parentEcosystem,
  releaseOf,
  schemeOfEcosystem,
} from './ecosystem.ts';

const releases: readonly (readonly [string, string, string | null])[] = [
  ['debian', '12', 'Debian:12'],
  ['debian', '', 'Debian:sid'],
  ['ubuntu', '22.04', 'Ubuntu:22.04:LTS'],
  ['ubuntu', '23.04', 'Ubuntu:23.04'],
  ['ubuntu', '25.10', 'Ubuntu:25.10'],
  ['alpine', '3.20.3', 'Alpine:v3.20'],
  ['alpine', '3.21_alpha20240807', 'Alpine:edge'],
  ['almalinux', '9.3', 'AlmaLinux:9'],
  ['rocky', '9.4', 'Rocky Linux:9'],
  ['rhel', '9.4', 'Red Hat:enterprise_linux:9'],
  ['sles', '15.5', 'SUSE:Linux Enterprise Server 15 SP5'],
  ['opensuse-leap', '15.6', 'openSUSE:Leap 15.6'],
  ['opensuse-tumbleweed', '20260101', 'openSUSE:Tumbleweed'],
  ['wolfi', '20230201', 'Wolfi'],
  ['chainguard', '20230214', 'Chainguard'],
  ['azurelinux', '3.0', 'Azure Linux:3'],
  ['mariner', '2.0', 'Azure Linux:2'],
  ['mageia', '9', 'Mageia:9'],
  ['photon', '5.0', 'Photon OS:5.0'],
  ['amzn', '2023', null],
  ['almalinux', '', null],
];

test('a distribution leads to the ecosystem that OSV writes, with its release', () => {
  for (const [id, versionId, expected] of releases) {
    assert.equal(distributionEcosystem({ id, versionId, name: '', like: [] }), expected, `${id} ${versionId}`);
  }
});

test('openEuler takes its service pack from the pretty name', () => {
  const distribution = { id: 'openEuler', versionId: '22.03', name: 'openEuler 22.03 (LTS-SP3)', like: [] };
  assert.equal(distributionEcosystem(distribution), 'openEuler:22.03-LTS-SP3');
});

test('an ecosystem is taken apart at its first colon', () => {
  assert.equal(parentEcosystem('Ubuntu:Pro:22.04:LTS'), 'Ubuntu');
  assert.equal(releaseOf('Ubuntu:22.04:LTS'), '22.04:LTS');
  assert.equal(releaseOf('npm'), '');
  assert.equal(schemeOfEcosystem('Alpine:v3.20'), 'apk');
  assert.equal(schemeOfEcosystem('Nowhere'), undefined);
  assert.equal(findEcosystem('PyPI')?.purlType, 'pypi');
});

test('names are ecosystems of their own', () => {
  assert.equal(new Set(ecosystems.map((row) => row.name)).size, ecosystems.length);
  assert.equal(normalizePackageName('PyPI', 'Ruamel.YAML__x'), 'ruamel-yaml-x');
  assert.equal(normalizePackageName('npm', 'JSONStream'), 'JSONStream');
});

test('a record concerns only packages of its own release', () => {
  assert.ok(concernsEcosystem('Alpine:v3.20', 'Alpine:v3.20'));
  assert.ok(!concernsEcosystem('Alpine', 'Alpine:v3.20'));
  assert.ok(!concernsEcosystem('Alpine:v3.2', 'Alpine:v3.20'));
  assert.ok(!concernsEcosystem('Ubuntu:Pro:22.04:LTS', 'Ubuntu:22.04:LTS'));
  assert.ok(concernsEcosystem('Red Hat:enterprise_linux:9::appstream', 'Red Hat:enterprise_linux:9'));
  assert.ok(!concernsEcosystem('Red Hat:satellite:6.11::el8', 'Red Hat:enterprise_linux:9'));
  assert.ok(!concernsEcosystem('Red Hat:enterprise_linux:90::x', 'Red Hat:enterprise_linux:9'));
  const sles = 'SUSE:Linux Enterprise Server 15 SP5';
  assert.ok(concernsEcosystem('SUSE:Linux Enterprise Module for Basesystem 15 SP5', sles));
  assert.ok(!concernsEcosystem('SUSE:Linux Enterprise Module for Basesystem 15 SP4', sles));
  assert.ok(!concernsEcosystem('SUSE:Linux Enterprise Server 15 SP5-LTSS', sles));
});
