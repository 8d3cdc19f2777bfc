import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateEvidence } from '#testkit/gate-evidence.ts';
import type { SignatureEvidence } from '../rule.ts';
import { publisherSignature } from './publisher-signature.ts';

const good: SignatureEvidence = { valid: true, signedBy: 'CN=publisher', reason: '' };
const bad: SignatureEvidence = { valid: false, signedBy: 'CN=stranger', reason: 'the trust store does not know it' };

type Case = readonly [signatures: SignatureEvidence[], mode: string, outcome: string, first: string];
const none = 'The image carries no signature.';
const untrusted = 'A signature by CN=stranger is not trusted: the trust store does not know it.';
const cases: readonly Case[] = [
  [[], 'off', 'pass', none],
  [[], 'open', 'open', none],
  [[], 'require', 'fail', none],
  [[bad], 'off', 'pass', untrusted],
  [[bad], 'open', 'open', untrusted],
  [[bad], 'require', 'fail', untrusted],
  [[bad, good], 'require', 'pass', 'The image is signed by CN=publisher.'],
  [[good], 'open', 'pass', 'The image is signed by CN=publisher.'],
];

for (const [signatures, mode, outcome, first] of cases) {
  test(`${signatures.map(({ valid }) => (valid ? 'a trusted' : 'an untrusted')).join(' and ') || 'no'} signature, ${mode}: ${outcome}`, () => {
    const judged = publisherSignature.judge(gateEvidence({ signatures }), publisherSignature.Options.parse({ mode }));
    assert.equal(judged.outcome, outcome);
    assert.equal(judged.reasons[0], first);
  });
}

test('an unsigned image that is left open says so', () => {
  assert.deepEqual(publisherSignature.judge(gateEvidence(), { mode: 'open' }).reasons, [
    'The image carries no signature.',
    'The rule leaves such images to a curator.',
  ]);
});

test('the rule is off unless it is asked for', () => {
  assert.deepEqual(publisherSignature.Options.parse({}), { mode: 'off' });
});
