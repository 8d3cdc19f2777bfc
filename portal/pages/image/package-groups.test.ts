import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FindingRow } from '#model/api-images.ts';
import { groupByPackage, nameOfFinding } from './package-groups.ts';

function finding(id: string, changes: Partial<FindingRow> = {}, name = 'libxml2'): FindingRow {
  return {
    id,
    aliases: [],
    summary: '',
    severity: 'high',
    score: null,
    package: { name, version: '2.12.7-3', ecosystem: 'Debian:13', purl: `pkg:deb/debian/${name}@2.12.7-3` },
    fixedVersion: null,
    knownExploitedSince: null,
    locations: [{ layer: 'sha256:1', path: 'var/lib/dpkg/status' }],
    platforms: ['linux/amd64'],
    acceptance: null,
    ...changes,
  };
}

test('findings of one package in one version are one group, the worst finding first', () => {
  const [group, ...others] = groupByPackage([finding('A'), finding('B', { severity: 'critical' })]);
  assert.equal(others.length, 0);
  assert.deepEqual(
    group?.findings.map((row) => row.id),
    ['B', 'A'],
  );
  assert.deepEqual(group?.paths, ['var/lib/dpkg/status']);
});

test('the group with the worst finding stands first, a known exploited one before all', () => {
  const groups = groupByPackage([
    finding('A', { severity: 'critical' }, 'zlib'),
    finding('B', { severity: 'medium', knownExploitedSince: '2026-11-01' }, 'undici'),
    finding('C', { severity: 'critical' }, 'apt'),
  ]);
  assert.deepEqual(
    groups.map((group) => group.package.name),
    ['undici', 'apt', 'zlib'],
  );
});

test('one upgrade to the largest fixed version, in the order of its ecosystem, fixes them all', () => {
  const [group] = groupByPackage([
    finding('A', { fixedVersion: '2.12.7-3+deb13u10' }),
    finding('B', { fixedVersion: '2.12.7-3+deb13u9' }),
    finding('C', { fixedVersion: '2.12.7-3~bpo1' }),
  ]);
  assert.deepEqual(group?.upgrade, { version: '2.12.7-3+deb13u10', fixes: 3, of: 3 });
});

test('an upgrade says how many findings it leaves', () => {
  const [group] = groupByPackage([finding('A', { fixedVersion: '3' }), finding('B')]);
  assert.deepEqual(group?.upgrade, { version: '3', fixes: 1, of: 2 });
});

test('without a fixed version there is no upgrade', () => {
  const [group] = groupByPackage([finding('A')]);
  assert.equal(group?.upgrade.version, undefined);
});

test('an ecosystem that is not known orders versions as text with numbers', () => {
  const shared = { name: 'x', version: '1', ecosystem: '', purl: 'pkg:generic/x@1' };
  const [group] = groupByPackage([
    finding('A', { package: shared, fixedVersion: '1.10' }),
    finding('B', { package: shared, fixedVersion: '1.9' }),
  ]);
  assert.equal(group?.upgrade.version, '1.10');
});

test('a finding is called by its CVE when it has one', () => {
  assert.equal(nameOfFinding({ id: 'DSA-6121-1', aliases: ['GHSA-1', 'CVE-2026-1'] }), 'CVE-2026-1');
  assert.equal(nameOfFinding({ id: 'GHSA-1', aliases: [] }), 'GHSA-1');
});
