import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '#model/problem.ts';
import { gateEvidence, gatePlatform } from '#testkit/gate-evidence.ts';
import { unreadContent } from './unread-content.ts';

const tooLarge: Problem = {
  code: 'layer-too-large',
  message: 'layer 4 was not read: its 41 GB of content exceed the limit of 20 GB',
  path: null,
  layer: null,
};
const noAdvisories: Problem = { code: 'no-advisories', message: 'there are none', path: null, layer: null };
const parse = (options: object) => unreadContent.Options.parse(options);

test('content that was not read fails with the problem, and the image is not called clean', () => {
  const platforms = [gatePlatform({ problems: [tooLarge, noAdvisories] }), gatePlatform({ platform: 'linux/arm64' })];
  const judged = unreadContent.judge(gateEvidence({ platforms }), parse({}));
  assert.equal(judged.outcome, 'fail');
  assert.deepEqual(judged.reasons, [
    'Layer 4 was not read: its 41 GB of content exceed the limit of 20 GB (on linux/amd64).',
    'The image is not called clean.',
  ]);
});

test('problems of the image as a whole count too', () => {
  const broken = { code: 'blob-missing', message: 'a manifest is missing.', path: 'x', layer: null };
  const judged = unreadContent.judge(gateEvidence({ problems: [broken] }), parse({ outcome: 'open' }));
  assert.equal(judged.outcome, 'open');
  assert.equal(judged.reasons[0], 'A manifest is missing (x).');
});

test('other problems pass, and so do codes that are allowed', () => {
  assert.equal(unreadContent.judge(gateEvidence({ problems: [noAdvisories] }), parse({})).outcome, 'pass');
  const judged = unreadContent.judge(gateEvidence({ problems: [tooLarge] }), parse({ allowed: ['layer-too-large'] }));
  assert.equal(judged.outcome, 'pass');
});

test('a thousand problems are twenty reasons', () => {
  const problems = Array.from({ length: 1_000 }, (_, i) => ({ ...tooLarge, message: `layer ${i} was not read` }));
  const { reasons } = unreadContent.judge(gateEvidence({ problems }), parse({}));
  assert.deepEqual(reasons.slice(19), ['Layer 19 was not read.', 'And 980 more.', 'The image is not called clean.']);
});
