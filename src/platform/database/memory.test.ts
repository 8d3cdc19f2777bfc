import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMemory, type Memory } from './memory.ts';

function open() {
  const state = { isTrusted: true };
  const memory = createMemory<string>({ entries: 1_000, isTrusted: () => state.isTrusted });
  return { memory, state };
}

function remember(memory: Memory<string>, group: string, key: string, value = 'value'): void {
  memory.keep(memory.beginReading(group), key, value);
}

describe('the memory of what was read', () => {
  test('gives back what was kept, by group and key', () => {
    const { memory } = open();
    remember(memory, 'a/b', 'c', '1');
    remember(memory, 'a', 'c', '2');
    assert.deepEqual([memory.get('a/b', 'c'), memory.get('a', 'c'), memory.get('a', 'd')], ['1', '2', undefined]);
  });

  test('forgets one, a group, or everything', () => {
    const { memory } = open();
    for (const group of ['a', 'b']) for (const key of ['1', '2']) remember(memory, group, key);
    memory.forget('a', '1');
    assert.deepEqual([memory.get('a', '1'), memory.get('a', '2')], [undefined, 'value']);
    memory.forgetGroup('a');
    assert.deepEqual([memory.get('a', '2'), memory.get('b', '1')], [undefined, 'value']);
    remember(memory, 'a', '2', 'new');
    assert.equal(memory.get('a', '2'), 'new');
    memory.forgetAll();
    assert.deepEqual([memory.get('a', '2'), memory.get('b', '1')], [undefined, undefined]);
  });

  const overtaking: readonly (readonly [what: string, change: (memory: Memory<string>) => void])[] = [
    ['the same thing', (memory) => memory.forget('a', '1')],
    ['something else of its group', (memory) => memory.forget('a', 'other')],
    ['its group', (memory) => memory.forgetGroup('a')],
    ['everything', (memory) => memory.forgetAll()],
  ];
  for (const [what, change] of overtaking) {
    test(`a reading that is overtaken by a change of ${what} is not kept`, () => {
      const { memory } = open();
      const reading = memory.beginReading('a');
      change(memory);
      memory.keep(reading, '1', 'old');
      assert.equal(memory.get('a', '1'), undefined);
      remember(memory, 'a', '1', 'new');
      assert.equal(memory.get('a', '1'), 'new');
    });
  }

  test('says nothing, and keeps nothing, while changes may be missed', () => {
    const { memory, state } = open();
    remember(memory, 'a', '1');
    state.isTrusted = false;
    assert.equal(memory.get('a', '1'), undefined);
    remember(memory, 'a', '2');
    state.isTrusted = true;
    assert.deepEqual([memory.get('a', '1'), memory.get('a', '2')], ['value', undefined]);
  });

  test('holds no more than its bound, however many groups there are', () => {
    const { memory } = open();
    for (let group = 0; group < 50_000; group += 1) remember(memory, `group-${group}`, 'key');
    let held = 0;
    for (let group = 0; group < 50_000; group += 1) if (memory.get(`group-${group}`, 'key')) held += 1;
    assert.ok(held >= 500 && held <= 1_000, String(held));
  });
});
