import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BoundedMap } from './bounded-map.ts';

/** How many of the keys 0 to `count` are still there; asking does not keep them. */
function heldOf(map: BoundedMap<number, string>, count: number): number[] {
  return Array.from({ length: count }, (_, key) => key).filter((key) => map.get(key) !== undefined);
}

describe('a bounded map', () => {
  test('holds at most its limit, and always the last half', () => {
    const map = new BoundedMap<number, string>(100);
    for (let key = 0; key < 1_000; key += 1) map.set(key, 'value');
    const held = heldOf(map, 1_000);
    assert.ok(held.length >= 50 && held.length <= 100, String(held.length));
    assert.equal(held.at(-1), 999);
  });

  test('keeps what is asked for again and again', () => {
    const map = new BoundedMap<number, string>(10);
    map.set(-1, 'hot');
    for (let key = 0; key < 1_000; key += 1) {
      map.set(key, 'cold');
      assert.equal(map.get(-1), 'hot');
    }
  });

  test('counts sizes, also of what is replaced and deleted', () => {
    const map = new BoundedMap<number, string>(100, (value) => value.length);
    for (let round = 0; round < 100; round += 1) map.set(1, 'x'.repeat(40));
    map.set(2, 'y'.repeat(10));
    assert.deepEqual(heldOf(map, 3), [1, 2]);
    map.delete(1);
    map.set(3, 'z'.repeat(40));
    assert.deepEqual(heldOf(map, 4), [2, 3]);
  });

  test('does not keep what would push out everything else', () => {
    const map = new BoundedMap<number, string>(100, (value) => value.length);
    map.set(1, 'x'.repeat(10));
    map.set(2, 'y'.repeat(51));
    assert.deepEqual(heldOf(map, 3), [1]);
  });

  test('forgets one or all, wherever they are', () => {
    const map = new BoundedMap<number, string>(4);
    for (const key of [1, 2, 3]) map.set(key, 'value');
    map.delete(1);
    map.delete(3);
    assert.deepEqual(heldOf(map, 4), [2]);
    map.clear();
    assert.deepEqual(heldOf(map, 4), []);
  });
});
