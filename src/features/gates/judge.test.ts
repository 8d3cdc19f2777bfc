import assert from 'node:assert/strict';
import { test } from 'node:test';
import { supportWindow } from '#model/lifecycle.ts';
import { gateEvidence, gateFinding, gatePlatform } from '#testkit/gate-evidence.ts';
import type { Acceptance } from './acceptance.ts';
import { type JudgeDeps, judge, summaryOf } from './judge.ts';
import { defaultPolicy, type PolicyRules } from './policy.ts';
import type { Evidence } from './rule.ts';

const clock = { now: () => new Date('2026-11-23T12:00:00Z') };
const ended = {
  window: supportWindow([{ source: 'distribution', subject: 'Alpine Linux 3.20', endOfLife: '2026-04-01' }]),
};
const critical = { platforms: [gatePlatform({ findings: [gateFinding()] })] };

const acceptance: Acceptance = {
  id: 'a-1',
  scope: 'image',
  scopeValue: gateEvidence().digest,
  rule: 'support-window',
  advisoryId: null,
  reason: 'the new release comes in January',
  ticket: 'SEC-1',
  until: '2026-12-23',
  by: 'ada',
  createdAt: new Date('2026-11-01'),
  endedAt: null,
};

function judged(evidence: Partial<Evidence>, acceptances: Partial<Acceptance>[] = [], rules: PolicyRules = {}) {
  const deps: JudgeDeps = {
    policy: { ...defaultPolicy('staging'), rules },
    acceptances: acceptances.map((change) => ({ ...acceptance, ...change })),
    clock,
  };
  return judge(deps, gateEvidence(evidence));
}

function resultOf(verdict: ReturnType<typeof judged>, rule: string) {
  return verdict.results.find((result) => result.rule === rule) ?? assert.fail(`${rule} was not judged`);
}

test('an image with nothing against it passes every rule, with the dates of the data', () => {
  const verdict = judged({});
  assert.equal(verdict.outcome, 'pass');
  assert.ok(verdict.results.every((result) => result.outcome === 'pass' && result.reasons.length > 0));
  assert.deepEqual(verdict.dataDates, { 'osv:Debian': '2026-11-23T03:00:00.000Z' });
  assert.deepEqual([verdict.policyVersion, verdict.judgedAt], [1, '2026-11-23T12:00:00.000Z']);
  assert.equal(summaryOf(verdict), 'Every rule passes.');
});

test('one failed rule fails the image, an open one lets it wait', () => {
  assert.equal(judged({ ...ended, ...critical }).outcome, 'fail');
  assert.equal(summaryOf(judged(ended)), 'Alpine Linux 3.20 ended on 1 Apr 2026.');
  const open = judged({}, [], { 'publisher-signature': { mode: 'open' } });
  assert.equal(open.outcome, 'waiting');
  assert.equal(summaryOf(open), 'The image carries no signature.');
});

test('a rule that is off is not judged', () => {
  const verdict = judged(ended, [], { 'support-window': false });
  assert.equal(verdict.outcome, 'pass');
  assert.ok(verdict.results.every((result) => result.rule !== 'support-window'));
});

test('what was accepted passes, says by whom, and keeps the reasons', () => {
  const verdict = judged(ended, [{}]);
  const result = resultOf(verdict, 'support-window');
  assert.equal(verdict.outcome, 'pass');
  assert.deepEqual([result.outcome, result.acceptanceId], ['accepted', 'a-1']);
  assert.deepEqual(result.reasons, [
    'Alpine Linux 3.20 ended on 1 Apr 2026.',
    'Accepted until 23 Dec 2026 by ada: the new release comes in January (SEC-1).',
  ]);
});

test('an acceptance of a rule that passes changes nothing', () => {
  assert.equal(resultOf(judged({}, [{}]), 'support-window').outcome, 'pass');
});

const scopes: readonly (readonly [what: string, change: Partial<Acceptance>, holds: boolean])[] = [
  ['this image', {}, true],
  ['another image', { scopeValue: `sha256:${'9'.repeat(64)}` }, false],
  ['the entry it goes to', { scope: 'entry', scopeValue: 'golden/node' }, true],
  ['another entry', { scope: 'entry', scopeValue: 'golden/node-js' }, false],
  ['its namespace', { scope: 'namespace', scopeValue: 'golden' }, true],
  ['another namespace', { scope: 'namespace', scopeValue: 'gold' }, false],
  ['its last day', { until: '2026-11-23' }, true],
  ['the day before', { until: '2026-11-22' }, false],
  ['a time that was cut short', { endedAt: new Date('2026-11-20') }, false],
  ['another rule', { rule: 'malware' }, false],
];

for (const [what, change, holds] of scopes) {
  test(`an acceptance for ${what} ${holds ? 'holds' : 'does not hold'}`, () => {
    assert.equal(judged(ended, [change]).outcome, holds ? 'pass' : 'fail');
  });
}

test('one finding is accepted by its id or an alias, the others still fail', () => {
  const other = gateFinding({ advisoryId: 'GHSA-2', aliases: ['CVE-2026-2'], packageName: 'zlib' });
  const evidence = { platforms: [gatePlatform({ findings: [gateFinding(), other] })] };
  const finding = (advisoryId: string) => ({ rule: 'vulnerabilities', advisoryId });
  const one = judged(evidence, [finding('CVE-2026-31415')]);
  assert.equal(one.outcome, 'fail');
  assert.deepEqual(resultOf(one, 'vulnerabilities').reasons, [
    'CVE-2026-2 in zlib 2.12.7 is critical and fixed in 2.12.7+deb13u2.',
    'CVE-2026-31415 is accepted until 23 Dec 2026 by ada: the new release comes in January (SEC-1).',
  ]);
  const both = judged(evidence, [finding('CVE-2026-31415'), finding('CVE-2026-2')]);
  assert.equal(both.outcome, 'pass');
  assert.equal(resultOf(both, 'vulnerabilities').reasons.length, 3);
});

test('a rule that breaks, or whose options are odd, is left to a curator', () => {
  const odd = judged({}, [], { vulnerabilities: { highestAllowed: 'purple' } });
  assert.equal(odd.outcome, 'waiting');
  assert.match(resultOf(odd, 'vulnerabilities').reasons[0] ?? '', /The rule could not be judged/);
});

test('a fixable critical that is known to be exploited is rejected by default', () => {
  const findings = [gateFinding({ knownExploitedSince: '2021-12-10' })];
  const verdict = judged({ platforms: [gatePlatform({ findings })] });
  assert.equal(verdict.outcome, 'fail');
  assert.match(summaryOf(verdict), /known to be exploited since 10 Dec 2021/);
});
