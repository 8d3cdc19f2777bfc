import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '#kernel/errors.ts';
import { createRateLimits } from './rate-limits.ts';

function setUp(processes = 1) {
  let now = Date.parse('2026-11-23T12:00:00Z');
  const limits = createRateLimits({ clock: { now: () => new Date(now) }, processes });
  return { limits, pass: (seconds: number) => (now += seconds * 1000) };
}

function waitOf(work: () => unknown): number {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === 'TOOMANYREQUESTS');
    return (error.details as { retryAfterSeconds: number }).retryAfterSeconds;
  }
  return 0;
}

const requests = { place: 'staging', requests: { limit: 3, seconds: 60 } };

test('who has used up the requests of a window waits for the next, and others do not', () => {
  const { limits, pass } = setUp();
  const ask = (who: string) => waitOf(() => limits.enter(requests, who, who));
  assert.deepEqual([ask('ada'), ask('ada'), ask('ada'), ask('ada')], [0, 0, 0, 20]);
  assert.equal(ask('eve'), 0);
  pass(19);
  assert.equal(ask('ada'), 1);
  pass(1);
  assert.deepEqual([ask('ada'), ask('ada')], [0, 20]);
  pass(3600);
  assert.deepEqual([ask('ada'), ask('ada'), ask('ada'), ask('ada')], [0, 0, 0, 20]);
});

test('who moved more bytes than allowed waits until they are paid back', () => {
  const { limits, pass } = setUp();
  const rule = { place: '*', bytes: { limit: 1000, seconds: 10 } };
  limits.enter(rule, 'ada', 'ada')(2500);
  assert.equal(
    waitOf(() => limits.enter(rule, 'ada', 'ada')),
    16,
  );
  pass(16);
  limits.enter(rule, 'ada', 'ada')(0);
});

test('several processes share a limit, and each lets at least one request in', () => {
  const { limits } = setUp(3);
  const ask = () => waitOf(() => limits.enter(requests, 'ada', 'ada'));
  assert.deepEqual([ask(), ask()], [0, 60]);
  const many = setUp(8).limits;
  assert.equal(
    waitOf(() => many.enter(requests, 'ada', 'ada')),
    0,
  );
});

test('the refusal says whose limit it is and when to come again', () => {
  const { limits } = setUp();
  const one = { place: '*', requests: { limit: 1, seconds: 5 } };
  limits.enter(one, 'x', 'ada');
  assert.throws(() => limits.enter(one, 'x', 'ada'), {
    message: 'cannot serve ada now: the registry allows 1 requests in 5 s; try again in 5 s',
  });
});
