import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeAxis } from './time-axis.ts';

const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const now = day('2026-11-23');

test('the axis begins two years back and reaches 18 months past the last end', () => {
  const axis = timeAxis([{ from: day('2020-05-01'), to: day('2028-04-30') }], now);
  assert.deepEqual(
    axis.years.map(({ year }) => year),
    [2025, 2026, 2027, 2028, 2029],
  );
  assert.equal(axis.place(day('2020-05-01')), 0, 'what began earlier begins at the edge');
  assert.ok(axis.place(day('2028-04-30')) < 80, 'there is room for the label of the last end');
  assert.ok(axis.today > 35 && axis.today < 45);
});

test('a young entry has a short axis, a far end does not squeeze the rest', () => {
  const young = timeAxis([{ from: day('2026-11-01'), to: null }], now);
  assert.equal(young.years[0]?.year, 2026);
  const far = timeAxis([{ from: day('2026-11-01'), to: day('2099-01-01') }], now);
  assert.ok(far.years.length <= 7);
  assert.equal(far.place(day('2099-01-01')), 100);
});

test('without tags there is still an axis', () => {
  assert.ok(timeAxis([], now).years.length > 0);
});
