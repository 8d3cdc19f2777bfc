import assert from 'node:assert/strict';
import { test } from 'node:test';
import { briefMemory } from './brief-memory.ts';

function counting() {
  let nowMs = 0;
  let loads = 0;
  const remembered = briefMemory<number>({ now: () => new Date(nowMs) }, { keepMs: 100, atMost: 2 });
  return {
    read: (key: string, isFirst: boolean) =>
      remembered(key, isFirst, async () => {
        loads += 1;
        return loads;
      }),
    fail: (key: string) => remembered(key, true, () => Promise.reject(new Error('no'))),
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('the first page is read anew, the others from what it read', async () => {
  const { read } = counting();
  assert.deepEqual(
    [await read('a', true), await read('a', false), await read('a', true), await read('a', false)],
    [1, 1, 2, 2],
  );
});

test('what is old, or was pushed out by others, is read again', async () => {
  const { read, pass } = counting();
  await read('a', true);
  pass(101);
  assert.equal(await read('a', false), 2);
  await read('b', true);
  await read('c', true);
  assert.equal(await read('a', false), 5);
});

test('a failure is not remembered', async () => {
  const { read, fail } = counting();
  await assert.rejects(fail('a'));
  assert.equal(await read('a', false), 1);
});
