import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Match } from '#model/finding.ts';
import type { Package } from '#model/package.ts';
import { packageOf } from '#testkit/report-input.ts';
import { groupFindings } from './scan-groups.ts';

function match(advisoryId: string, more: Partial<Match> = {}): Match {
  return {
    advisoryId,
    aliases: [],
    summary: '',
    severity: 'medium',
    score: null,
    fixedVersion: null,
    knownExploitedSince: null,
    malicious: false,
    ...more,
  };
}

function groups(...rows: [Package, ...Match[]][]) {
  return groupFindings(
    rows.map(([item]) => item),
    rows.map(([, ...matches]) => matches),
  );
}

test('packages of one source with the same findings are one step', () => {
  const found = match('CVE-1', { fixedVersion: '3.0.11-1' });
  const [group, ...others] = groups(
    [packageOf('libssl3', '3.0.9-1', { sourceName: 'openssl' }), found],
    [packageOf('openssl', '3.0.9-1', { sourceName: 'openssl' }), found],
    [packageOf('bash', '5.2-1')],
  );
  assert.deepEqual([group?.names, group?.fixedVersion, others], [['libssl3', 'openssl'], '3.0.11-1', []]);
});

test('the step goes to the version that mends everything that can be mended', () => {
  const fixes = ['1.9-1', '1.10-1', '1.2-1'].map((fixedVersion, index) => match(`CVE-${index}`, { fixedVersion }));
  const [group] = groups([packageOf('a', '1.0-1'), ...fixes]);
  assert.deepEqual([group?.fixedVersion, group?.isPartial], ['1.10-1', false]);
  const [partial] = groups([packageOf('a', '1.0-1'), ...fixes, match('CVE-9')]);
  assert.deepEqual([partial?.fixedVersion, partial?.isPartial], ['1.10-1', true]);
  assert.equal(groups([packageOf('a', '1.0-1'), match('CVE-9')])[0]?.fixedVersion, null);
});

test('what is exploited comes first, then what is worst, then what has most findings', () => {
  const order = groups(
    [packageOf('few', '1'), match('A', { severity: 'high' })],
    [packageOf('low', '1'), match('B', { severity: 'low' })],
    [packageOf('many', '1'), match('C', { severity: 'high' }), match('D')],
    [packageOf('exploited', '1'), match('E', { severity: 'medium', knownExploitedSince: '2021-12-10' })],
    [packageOf('worst', '1'), match('F', { severity: 'critical' })],
  ).map((group) => group.names[0]);
  assert.deepEqual(order, ['exploited', 'worst', 'many', 'few', 'low']);
});
