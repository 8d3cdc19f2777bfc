import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gateEvidence, gatePlatform } from '#testkit/gate-evidence.ts';
import { coverage } from './coverage.ts';

const homemade = { id: 'homemade', versionId: '7', name: 'Homemade Linux', like: [] };
const said = 'No advisories are known for Homemade Linux 7: no findings does not mean that there are none.';

test('an image with advisories passes', () => {
  const judged = coverage.judge(gateEvidence(), { require: true });
  assert.deepEqual(judged, { outcome: 'pass', reasons: ['There are advisories for this image.'], remedy: null });
});

test('missing coverage is said and passes, unless it is required', () => {
  const evidence = gateEvidence({ platforms: [gatePlatform({ covered: false, distribution: homemade })] });
  assert.deepEqual(coverage.judge(evidence, { require: false }), { outcome: 'pass', reasons: [said], remedy: null });
  const required = coverage.judge(evidence, { require: true });
  assert.deepEqual([required.outcome, required.reasons], ['fail', [said]]);
  assert.ok(required.remedy);
});

test('an image without packages and distribution has nothing to compare', () => {
  const scratch = gatePlatform({ covered: false, distribution: null, packages: 0 });
  const judged = coverage.judge(gateEvidence({ platforms: [scratch] }), { require: true });
  assert.deepEqual([judged.outcome, judged.reasons], ['pass', ['No packages were found in the image.']]);
});

test('an uncovered distribution of which no package was read is said too', () => {
  const odd = gatePlatform({ covered: false, distribution: homemade, packages: 0 });
  assert.deepEqual(coverage.judge(gateEvidence({ platforms: [odd] }), { require: false }).reasons, [said]);
});
