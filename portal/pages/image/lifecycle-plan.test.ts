import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImageDetail, RepositoryState } from '#model/api-images.ts';
import { pastOf, planOf } from './lifecycle-plan.ts';

const now = new Date('2026-11-23T12:00:00Z');
const decidedBy = { source: 'runtime', subject: 'Node.js 24', endOfLife: '2028-04-30' } as const;
const image = {
  window: { known: true, endOfLife: '2028-04-30', decidedBy, dates: [decidedBy] },
  nextScanAt: '2026-11-24T02:00:00Z',
} as unknown as ImageDetail; // only what the plan reads
const place: RepositoryState = {
  repository: 'golden/node',
  tags: ['24'],
  state: 'approved',
  since: '2026-11-04T09:12:00Z',
  reason: null,
  successor: 'golden/node:26',
  retiresAt: '2028-05-30T00:00:00Z',
  notice: null,
};

test('the plan stands latest first: retired, support ends, next scan', () => {
  assert.deepEqual(
    planOf(image, place, now).map(({ title, planned }) => [title, planned]),
    [
      ['Retired', true],
      ['Support ends', true],
      ['Next scan', true],
    ],
  );
  assert.equal(planOf(image, place, now)[0]?.detail, 'Pulls are refused and name golden/node:26.');
});

test('a retired image has nothing planned but its next scan', () => {
  const keys = planOf(image, { ...place, state: 'retired' }, now).map(({ key }) => key);
  assert.deepEqual(keys, ['scan']);
});

test('what lies in the past is no plan', () => {
  assert.deepEqual(planOf(image, place, new Date('2030-01-01')), []);
});

test('the history of one repository stands newest first', () => {
  const row = { repository: 'golden/node', state: 'approved', actor: 'gate', message: 'Passed.' } as const;
  const items = pastOf(
    [
      { ...row, at: '2026-11-01T00:00:00Z' },
      { ...row, at: '2026-11-04T00:00:00Z', state: null, message: 'Scanned.' },
      { ...row, at: '2026-11-05T00:00:00Z', repository: 'staging/node' },
    ],
    'golden/node',
  );
  assert.deepEqual(
    items.map(({ title, detail }) => [title, detail]),
    [
      ['Scanned.', 'By gate.'],
      ['Approved', 'Passed. By gate.'],
    ],
  );
});
