import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysUntil, formatAgo, formatDate, formatDays, formatDuration, formatMonth, formatSize } from './format.ts';

const now = new Date('2026-11-23T15:31:00Z');

test('a calendar day is the same day in every zone', () => {
  assert.equal(formatDate('2028-04-30'), '30 Apr 2028');
  assert.equal(formatMonth('2028-04-30'), 'Apr 2028');
  assert.equal(daysUntil('2026-11-30', now), 7);
  assert.equal(daysUntil('2026-11-23', now), 0);
});

test('times are relative for a day, then dates', () => {
  assert.equal(formatAgo('2026-11-23T15:30:40Z', now), 'just now');
  assert.equal(formatAgo('2026-11-23T14:50:00Z', now), '41\u2009min ago');
  assert.equal(formatAgo('2026-11-23T13:00:00Z', now), '2\u2009h ago');
  assert.equal(formatAgo('2026-11-04T12:00:00Z', now), '4 Nov 2026');
});

test('spans take the largest unit that is not too coarse', () => {
  assert.equal(formatDays(1), '1 day');
  assert.equal(formatDays(37), '37 days');
  assert.equal(formatDays(160), '5 months');
  assert.equal(formatDays(1060), '2.9 years');
});

test('sizes are powers of ten', () => {
  assert.equal(formatSize(4096), '4.1\u2009kB');
  assert.equal(formatSize(29_800_000), '29.8\u2009MB');
  assert.equal(formatSize(389_000_000), '389\u2009MB');
  assert.equal(formatSize(0), '0\u2009B');
  assert.equal(formatDuration(420), '420\u2009ms');
});
