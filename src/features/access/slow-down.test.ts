import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSlowDown } from './slow-down.ts';

function world() {
  let now = Date.parse('2026-11-23T12:00:00Z');
  const slowDown = createSlowDown({ clock: { now: () => new Date(now) } });
  return { slowDown, pass: (ms: number) => (now += ms) };
}

const waits: readonly (readonly [failures: number, waitMs: number])[] = [
  [0, 0],
  [1, 0],
  [4, 0],
  [5, 1_000],
  [6, 2_000],
  [7, 4_000],
  [10, 32_000],
  [15, 900_000],
  [100, 900_000],
];

for (const [failures, waitMs] of waits) {
  test(`after ${failures} failures in a row the next try waits ${waitMs} ms`, () => {
    const { slowDown } = world();
    for (let i = 0; i < failures; i += 1) slowDown.failed('10.0.0.1', 'ada');
    assert.equal(slowDown.waitMs('10.0.0.1', 'ada'), waitMs);
  });
}

test('the wait passes with time, is remembered for an hour, and a success forgets it', () => {
  const { slowDown, pass } = world();
  for (let i = 0; i < 6; i += 1) slowDown.failed('10.0.0.1', 'ada');
  pass(2_000);
  assert.equal(slowDown.waitMs('10.0.0.1', 'ada'), 0);
  slowDown.failed('10.0.0.1', 'ada');
  assert.equal(slowDown.waitMs('10.0.0.1', 'ada'), 4_000);
  slowDown.succeeded('10.0.0.1', 'ada');
  slowDown.failed('10.0.0.1', 'ada');
  assert.equal(slowDown.waitMs('10.0.0.1', 'ada'), 0);
  for (let i = 0; i < 9; i += 1) slowDown.failed('10.0.0.1', 'ada');
  pass(60 * 60_000);
  slowDown.failed('10.0.0.1', 'ada');
  assert.equal(slowDown.waitMs('10.0.0.1', 'ada'), 0);
});

const same: readonly (readonly [string, string, boolean])[] = [
  ['10.0.0.1', '10.0.0.2', false],
  ['10.0.0.1', '::ffff:10.0.0.1', true],
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['::1', '::2', true],
  ['fe80::1%eth0', 'fe80::2%eth1', true],
];

for (const [one, other, together] of same) {
  test(`${one} and ${other} are ${together ? 'slowed down together' : 'strangers'}`, () => {
    const { slowDown } = world();
    for (let i = 0; i < 8; i += 1) slowDown.failed(one, 'ada');
    assert.equal(slowDown.waitMs(other, 'ada') > 0, together);
    assert.equal(slowDown.waitMs(one, 'grace'), 0);
  });
}

test('a flood of names pushes out the oldest and memory stays bounded', () => {
  const { slowDown } = world();
  for (let i = 0; i < 8; i += 1) slowDown.failed('10.0.0.1', 'ada');
  for (let i = 0; i < 10_000; i += 1) slowDown.failed('10.0.0.1', `name-${i}`);
  assert.equal(slowDown.waitMs('10.0.0.1', 'ada'), 0);
});
