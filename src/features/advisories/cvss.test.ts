import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadScorer } from './cvss.ts';

const v4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N';
const v31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H';
const v30 = 'CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H';
const v2 = 'AV:N/AC:L/Au:N/C:C/I:C/A:C';

test('vectors of every version are scored', async () => {
  const score = await loadScorer();
  assert.deepEqual(score([v4]), { score: 8.7, severity: 'high' });
  assert.deepEqual(score([v31]), { score: 7.5, severity: 'high' });
  assert.deepEqual(score([v30]), { score: 10, severity: 'critical' });
  assert.deepEqual(score([v2]), { score: 10, severity: 'high' });
});

test('the newest version counts', async () => {
  const score = await loadScorer();
  assert.equal(score([v2, v31, v4])?.score, 8.7);
  assert.equal(score([v2, v30])?.score, 10);
});

test('what is no complete vector has no score', async () => {
  const score = await loadScorer();
  for (const vector of ['', 'garbage', 'CVSS:3.1/AV:N', 'CVSS:9.9/AV:N', 'x'.repeat(10_000)]) {
    assert.equal(score([vector]), null, vector.slice(0, 20));
  }
  assert.equal(score(['CVSS:3.1/AV:N', v2])?.score, 10);
});
