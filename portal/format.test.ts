import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAge, formatAgo, formatDate, formatDuration, formatIn, formatSize, formatSpan, splitName } from './format.ts';

const now = new Date('2026-11-23T15:31:00Z');

test('a calendar day is the same day in every zone', () => {
  assert.equal(formatDate('2028-04-30'), '30 Apr 2028');
  assert.equal(formatDate('never'), 'never');
});

test('times are relative for a day, then dates', () => {
  assert.equal(formatAgo('2026-11-23T15:30:40Z', now), 'just now');
  assert.equal(formatAgo('2026-11-23T14:50:00Z', now), '41 min ago');
  assert.equal(formatAgo('2026-11-23T13:00:00Z', now), '2 h ago');
  assert.equal(formatAgo('2026-11-04T12:00:00Z', now), '4 Nov 2026');
  assert.equal(formatAge('2026-11-14T12:00:00Z', now), '9 d');
  assert.equal(formatIn('2026-11-23T19:31:00Z', now), 'in 4 h');
});

test('spans take the largest unit that is not too coarse', () => {
  assert.equal(formatSpan(1), '1 day');
  assert.equal(formatSpan(37), '37 days');
  assert.equal(formatSpan(160), '5 months');
  assert.equal(formatSpan(1060), '2.9 years');
});

test('sizes are powers of ten', () => {
  assert.equal(formatSize(4096), '4\u202fkB');
  assert.equal(formatSize(29_800_000), '29.8\u202fMB');
  assert.equal(formatSize(0), '0\u202fB');
  assert.equal(formatDuration(420), '0.4\u202fs');
});

test('the last part of a name is the one that counts', () => {
  assert.deepEqual(splitName('golden/team/api'), { path: 'golden/team/', name: 'api' });
  assert.deepEqual(splitName('api'), { path: '', name: 'api' });
});
