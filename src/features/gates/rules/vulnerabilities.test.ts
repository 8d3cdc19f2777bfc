import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateEvidence, gateFinding, gatePlatform } from '#testkit/gate-evidence.ts';
import type { EvidenceFinding } from '../rule.ts';
import { vulnerabilities } from './vulnerabilities.ts';

function judge(findings: readonly EvidenceFinding[], options: object = {}) {
  const evidence = gateEvidence({ platforms: [gatePlatform({ findings })] });
  return vulnerabilities.judge(evidence, vulnerabilities.Options.parse(options));
}

const kev = { knownExploitedSince: '2021-12-10' };
type Case = readonly [what: string, finding: Partial<EvidenceFinding>, options: object, outcome: 'pass' | 'fail'];

const cases: readonly Case[] = [
  ['a fixable critical', {}, {}, 'fail'],
  ['a critical without a fix', { fixedVersion: null }, {}, 'pass'],
  ['a critical without a fix', { fixedVersion: null }, { onlyFixable: false }, 'fail'],
  ['a fixable high', { severity: 'high' }, {}, 'pass'],
  ['a fixable high', { severity: 'high' }, { highestAllowed: 'medium' }, 'fail'],
  ['a fixable medium', { severity: 'medium' }, { highestAllowed: 'medium' }, 'pass'],
  ['a fixable low', { severity: 'low' }, { highestAllowed: 'none' }, 'fail'],
  ['one of unknown severity', { severity: 'unknown' }, {}, 'pass'],
  ['one of unknown severity', { severity: 'unknown' }, { highestAllowed: 'none' }, 'fail'],
  ['a fixable critical', {}, { highestAllowed: 'critical' }, 'pass'],
  ['a known exploited medium', { severity: 'medium', ...kev }, {}, 'fail'],
  ['a known exploited medium without a fix', { severity: 'medium', fixedVersion: null, ...kev }, {}, 'fail'],
  ['a known exploited medium', { severity: 'medium', ...kev }, { knownExploited: 'allow' }, 'pass'],
  ['a known exploited critical', kev, { highestAllowed: 'critical' }, 'fail'],
];

for (const [what, finding, options, outcome] of cases) {
  test(`${what} with ${JSON.stringify(options)}: ${outcome}`, () => {
    assert.equal(judge([gateFinding(finding)], options).outcome, outcome);
  });
}

test('each reason names the finding, the package, why it counts and what fixes it', () => {
  const { reasons, remedy } = judge(
    [
      gateFinding(),
      gateFinding({ fixedVersion: null, packageName: 'zlib' }),
      gateFinding({
        advisoryId: 'GHSA-jfh8-c2jp-5v3q',
        aliases: ['CVE-2021-44228'],
        packageName: 'log4j-core',
        packageVersion: '2.14.1',
        fixedVersion: '2.15.0',
        ...kev,
      }),
    ],
    { onlyFixable: false },
  );
  assert.deepEqual(reasons, [
    'CVE-2021-44228 in log4j-core 2.14.1 is critical, known to be exploited since 10 Dec 2021, and fixed in 2.15.0.',
    'CVE-2026-31415 in libxml2 2.12.7 is critical and fixed in 2.12.7+deb13u2.',
    'CVE-2026-31415 in zlib 2.12.7 is critical and has no fix yet.',
  ]);
  assert.match(remedy ?? '', /^Rebuild with the fixed packages; for those without a fix/);
});

test('one CVE that two advisories tell of is one reason, with the platforms that have it', () => {
  const ghsa = gateFinding({ advisoryId: 'GHSA-1', aliases: ['CVE-2026-31415'] });
  const evidence = gateEvidence({
    platforms: [
      gatePlatform({ findings: [gateFinding(), ghsa] }),
      gatePlatform({ platform: 'linux/arm64', findings: [gateFinding({ advisoryId: 'CVE-2026-2' }), gateFinding()] }),
    ],
  });
  assert.deepEqual(vulnerabilities.judge(evidence, vulnerabilities.Options.parse({})).reasons, [
    'CVE-2026-2 in libxml2 2.12.7 on linux/arm64 is critical and fixed in 2.12.7+deb13u2.',
    'CVE-2026-31415 in libxml2 2.12.7 is critical and fixed in 2.12.7+deb13u2.',
  ]);
});

test('the twenty worst are named, the rest is counted', () => {
  const many = Array.from({ length: 53 }, (_, i) => gateFinding({ advisoryId: `CVE-2026-${1000 + i}` }));
  const { reasons } = judge([...many, gateFinding({ advisoryId: 'CVE-2020-1', severity: 'low', ...kev })]);
  assert.equal(reasons.length, 21);
  assert.match(reasons[0] ?? '', /CVE-2020-1/);
  assert.equal(reasons[20], 'And 34 more.');
});

test('a pass says what was compared', () => {
  assert.deepEqual(judge([]).reasons, ['No findings. 214 packages were compared.']);
  assert.deepEqual(judge([gateFinding({ severity: 'low' })]).reasons, ['1 finding, which the rule allows.']);
});
