import type { IntakeDetail, IntakeRow, IntakeStatus } from '#model/api-intake.ts';
import type { RuleResult, Verdict, VerdictOutcome } from '#model/verdict.ts';
import { digestOf, hoursFrom, postureOf, windowOf } from './fixture-parts.ts';

function rule(
  id: string,
  title: string,
  outcome: RuleResult['outcome'],
  reason: string,
  remedy: string | null = null,
): RuleResult {
  return { rule: id, title, outcome, reasons: [reason], remedy, acceptanceId: outcome === 'accepted' ? 'a1' : null };
}

const passed = [
  rule('malware', 'No malware', 'pass', '612 files were examined by two engines. Nothing was found.'),
  rule('support-window', 'Inside its support window', 'pass', 'Debian 13 is supported until 9 Aug 2028.'),
  rule('metadata', 'Metadata', 'pass', 'All five required labels are present.'),
  rule('unread-content', 'Everything was read', 'pass', 'Everything was read: 9 layers, 612 files, 143 packages.'),
];
const accepted = rule(
  'vulnerabilities',
  'Vulnerabilities',
  'accepted',
  'One high finding has a fix: CVE-2026-27710 in undici 7.10.0, fixed in 7.16.1. Accepted until 15 Dec 2026 (SEC-2231).',
);
const open = rule(
  'publisher-signature',
  'Publisher signature',
  'open',
  'The image carries no signature. The rule leaves unsigned images to a curator.',
  'Ask the publisher to sign in CI, or approve for now and say why.',
);
const failed = rule(
  'vulnerabilities',
  'Vulnerabilities',
  'fail',
  'CVE-2026-31415 in netty-codec 4.1.94 is critical and fixed in 4.1.128.',
  'Rebuild with netty-codec 4.1.128, or ask for an acceptance.',
);
const unsigned = rule('publisher-signature', 'Publisher signature', 'pass', 'No signature is asked for here.');

export function verdictOf(now: Date, outcome: VerdictOutcome): Verdict {
  const results = {
    pass: [accepted, ...passed, unsigned],
    waiting: [...passed, accepted, open],
    fail: [...passed, failed, unsigned],
  };
  return {
    outcome,
    results: results[outcome],
    policyVersion: 3,
    judgedAt: hoursFrom(now, -0.2),
    dataDates: { Debian: hoursFrom(now, -1), npm: hoursFrom(now, -1.5) },
  };
}

type Line = readonly [string, string, IntakeStatus, string, string, number, string];

const lines: readonly Line[] = [
  ['geo-tiles', '5.2.0-trixie', 'waiting', '', 'One rule is undecided: no publisher signature', -0.2, 'ci-maps'],
  ['php-fpm', '8.4-trixie', 'waiting', '', 'One rule is undecided: support window unknown', -0.43, 'ci-storefront'],
  ['node', '24-trixie', 'running', 'Reading layers, 3 of 6', '', -0.005, 'ci-runtime'],
  ['kafka-bridge', '3.1.0', 'rejected', '', 'Fixable critical in netty-codec 4.1.94', -0.7, 'ci-payments'],
  ['ml-notebook', '2026.11', 'quarantined', '', 'Malware in layer 7', -1.2, 'ci-research'],
  ['valkey', '9.0.1', 'cataloged', '', 'Cataloged without a curator', -2.1, 'ci-data'],
];

export function intakeRows(now: Date): IntakeRow[] {
  return lines.map(([name, tag, status, step, summary, hours, pushedBy], at) => ({
    id: `in-${at + 1}`,
    repository: `staging/${name}`,
    tag,
    digest: digestOf(`staging/${name}:${tag}`),
    target: `golden/${name}`,
    status,
    step,
    summary,
    pushedBy,
    pushedAt: hoursFrom(now, hours),
    decidedAt: ['rejected', 'cataloged'].includes(status) ? hoursFrom(now, hours + 0.1) : null,
    decidedBy: status === 'cataloged' ? 'assay' : null,
    decisionReason: null,
  }));
}

export function intakeDetail(now: Date, row: IntakeRow): IntakeDetail {
  const outcome = { waiting: 'waiting', cataloged: 'pass' }[row.status as string] ?? 'fail';
  const isJudged = row.status !== 'running' && row.status !== 'queued';
  return {
    ...row,
    verdict: isJudged ? verdictOf(now, outcome as VerdictOutcome) : null,
    posture: isJudged ? postureOf([0, 0, 4, 16, 0]) : null,
    window: windowOf(now, 625, 'Debian 13'),
    platforms: ['linux/amd64', 'linux/arm64'].map((platform) => ({
      digest: digestOf(row.digest + platform),
      platform,
    })),
    mayDecide: ['waiting', 'rejected'].includes(row.status),
  };
}
