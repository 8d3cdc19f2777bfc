import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '#kernel/async.ts';
import { boundedRuns } from './bounded-runs.ts';

test('only so many run at once, and a place is free again afterwards', async () => {
  const run = boundedRuns({ atOnce: 1, timeoutMs: 1_000 });
  const first = run('wait', () => sleep(20));
  await assert.rejects(
    run('wait', () => sleep(1)),
    { code: 'too-many' },
  );
  await first;
  assert.equal(await run('answer', async () => 7), 7);
});

test('who waits too long is told so; a failure frees the place', async () => {
  const run = boundedRuns({ atOnce: 1, timeoutMs: 20 });
  await assert.rejects(
    run('wait', () => sleep(60)),
    { code: 'unavailable' },
  );
  await sleep(80);
  await assert.rejects(
    run('fail', async () => {
      throw new Error('no');
    }),
    /no/,
  );
  assert.equal(await run('answer', async () => 7), 7);
});
