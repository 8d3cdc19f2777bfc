import assert from 'node:assert/strict';
import { test } from 'node:test';
import { distributionRating, ratingOf } from './rating.ts';

const nothing = { summary: '', specific: {}, severities: [] };

test('the words of databases come to our scale', () => {
  assert.deepEqual(
    ['MODERATE', 'Important', 'negligible', 'unimportant', 'CRITICAL', 'not yet assigned', 7].map(ratingOf),
    ['medium', 'high', 'low', 'low', 'critical', null, null],
  );
});

test('a distribution rates in its own way', () => {
  const rate = (extra: Partial<Parameters<typeof distributionRating>[0]> & { ecosystem: string }) =>
    distributionRating({ ...nothing, ...extra });
  assert.equal(rate({ ecosystem: 'AlmaLinux:9', summary: 'Important: firefox security update' }), 'high');
  assert.equal(rate({ ecosystem: 'AlmaLinux:9', summary: 'low-level tools bug fix' }), null);
  assert.equal(rate({ ecosystem: 'Debian:12', specific: { urgency: 'unimportant' } }), 'low');
  assert.equal(rate({ ecosystem: 'Debian:12', specific: { urgency: 'not yet assigned' } }), null);
  const severities = [{ type: 'Ubuntu', score: 'medium' }];
  assert.equal(rate({ ecosystem: 'Ubuntu:22.04:LTS', severities }), 'medium');
});

test('a language ecosystem has no rating of a distribution', () => {
  assert.equal(distributionRating({ ...nothing, ecosystem: 'npm', summary: 'Critical: all of it' }), null);
});
