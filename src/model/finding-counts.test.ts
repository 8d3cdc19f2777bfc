import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addCounts, countFindings, isSameCounts, noFindings, subtractCounts, totalOf } from './finding-counts.ts';
import { postureOf, worstOf } from './posture.ts';

const critical = { severity: 'critical', fixedVersion: '2', knownExploitedSince: null, malicious: false } as const;
const high = { severity: 'high', fixedVersion: null, knownExploitedSince: '2026-01-02', malicious: true } as const;

test('each finding has one severity, and adds to what else is said of it', () => {
  const counts = countFindings([critical, high, high]);
  assert.deepEqual(counts, {
    ...noFindings,
    critical: 1,
    high: 2,
    fixable: 1,
    fixableCritical: 1,
    knownExploited: 2,
    malicious: 1,
  });
  assert.equal(totalOf(counts), 3);
});

test('counts that were added can be taken away again', () => {
  const [a, b] = [countFindings([critical]), countFindings([high])];
  assert.ok(isSameCounts(subtractCounts(addCounts(a, b), b), a));
  assert.ok(!isSameCounts(a, b));
});

test('a posture says the worst that is open', () => {
  const facts = { malware: 0, packages: 1, problems: 0, accepted: 0 };
  const grade = (...matches: Parameters<typeof countFindings>[0]) => postureOf(countFindings(matches), facts).grade;
  assert.equal(grade(), 'A');
  assert.equal(grade({ ...high, knownExploitedSince: null, malicious: false }), 'B');
  assert.equal(grade({ ...critical, fixedVersion: null }), 'C');
  assert.equal(grade({ ...critical, severity: 'high' }), 'C');
  assert.equal(grade(critical), 'D');
  assert.equal(grade({ ...critical, knownExploitedSince: '2026-01-01' }), 'F');
  assert.equal(postureOf(countFindings([high]), facts).malware, 1);
  assert.equal(postureOf(noFindings, { ...facts, malware: 1 }).grade, 'F');
});

test('an index is as bad as its worst platform', () => {
  const facts = { malware: 0, packages: 1, problems: 0, accepted: 0 };
  const worst = worstOf([
    postureOf(countFindings([critical]), facts),
    postureOf(countFindings([critical, critical]), { ...facts, packages: 3 }),
  ]);
  assert.deepEqual([worst?.grade, worst?.counts.critical, worst?.packages], ['D', 2, 3]);
});
