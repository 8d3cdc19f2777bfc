import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateEvidence, gatePlatform } from '#testkit/gate-evidence.ts';
import type { Evidence } from '../rule.ts';
import { metadata } from './metadata.ts';

const SOURCE = 'org.opencontainers.image.source';
const labelled = gatePlatform({ labels: { [SOURCE]: 'https://git.example/x' } });
const arm = gatePlatform({ platform: 'linux/arm64' });

type Case = readonly [what: string, evidence: Partial<Evidence>, options: object, reasons: string[]];
const cases: readonly Case[] = [
  ['nothing asked for', {}, {}, []],
  ['a label on every platform', { platforms: [labelled] }, { labels: [SOURCE] }, []],
  ['a label on no platform', {}, { labels: [SOURCE] }, [`The label ${SOURCE} is missing.`]],
  [
    'a label on one of two',
    { platforms: [labelled, arm] },
    { labels: [SOURCE] },
    [`The label ${SOURCE} is missing on linux/arm64.`],
  ],
  ['an annotation instead of the label', { annotations: { [SOURCE]: 'x' } }, { labels: [SOURCE] }, []],
  ['an annotation', { annotations: { [SOURCE]: 'x' } }, { annotations: [SOURCE] }, []],
  [
    'a label instead of the annotation',
    { platforms: [labelled] },
    { annotations: [SOURCE] },
    [`The annotation ${SOURCE} is missing.`],
  ],
  [
    'an empty value',
    { annotations: { [SOURCE]: '  ' } },
    { annotations: [SOURCE] },
    [`The annotation ${SOURCE} is missing.`],
  ],
  ['a name that every object has', {}, { annotations: ['constructor'] }, ['The annotation constructor is missing.']],
];

for (const [what, evidence, options, reasons] of cases) {
  test(`${what}: ${reasons.length === 0 ? 'pass' : 'fail'}`, () => {
    const judged = metadata.judge(gateEvidence(evidence), metadata.Options.parse(options));
    assert.equal(judged.outcome, reasons.length === 0 ? 'pass' : 'fail');
    if (reasons.length > 0) assert.deepEqual(judged.reasons, reasons);
  });
}
