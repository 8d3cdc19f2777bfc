import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EntryPatch } from '#model/api-entries.ts';
import { entryDetail, entryRows } from '../../dev/fixture-entries.ts';
import { patchOf, settingsOf } from './settings-fields.ts';

const now = new Date('2026-11-23T15:31:00Z');
const [row] = entryRows(now);
assert.ok(row);
const entry = entryDetail(now, row);

test('what was not changed is sent as it was', () => {
  const { patch } = patchOf(settingsOf(entry));
  const { description, owner, categories, support } = entry;
  assert.deepEqual(patch, { description, owner, categories, support });
  assert.deepEqual(EntryPatch.parse(patch), patch);
});

test('empty fields mean none', () => {
  const { patch } = patchOf({ ...settingsOf(entry), owner: ' ', categories: ' base, ,web ', deprecateDaysBefore: '' });
  assert.equal(patch?.owner, null);
  assert.deepEqual(patch?.categories, ['base', 'web']);
  assert.equal(patch?.support?.deprecateDaysBefore, null);
});

test('days that are no number are named', () => {
  const result = patchOf({ ...settingsOf(entry), retireDaysAfter: 'soon', deprecateDaysBefore: '-4' });
  assert.deepEqual(result, { faulty: ['deprecateDaysBefore', 'retireDaysAfter'] });
});
