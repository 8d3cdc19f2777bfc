import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSharedRuns } from './async.ts';

describe('shared runs', () => {
  test('serve everybody who called before they began, and nobody who called later', async () => {
    let begun = 0;
    const ends: (() => void)[] = [];
    const join = createSharedRuns(() => {
      begun += 1;
      return new Promise((resolve) => ends.push(resolve));
    });
    const first = join();
    const others = Promise.all([join(), join(), join()]);
    assert.equal(begun, 1);
    ends[0]?.();
    await first;
    assert.equal(begun, 2, 'one run for the three that came while the first was under way');
    const late = join();
    ends[1]?.();
    await others;
    assert.equal(begun, 3);
    ends[2]?.();
    await late;
    assert.equal(begun, 3);
  });

  test('go on after one that failed', async () => {
    let begun = 0;
    const join = createSharedRuns(async () => {
      begun += 1;
      if (begun === 1) throw new Error('the first');
    });
    const [first, second] = await Promise.allSettled([join(), join()]);
    assert.deepEqual([first.status, second.status, begun], ['rejected', 'fulfilled', 2]);
  });
});
