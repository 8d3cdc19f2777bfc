import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf } from './manifest.ts';
import { digestRanges, digitsFor } from './scrub.ts';

test('ranges are as many as the rows need', () => {
  const table = [
    [0, 0],
    [5_000, 0],
    [5_001, 1],
    [80_000, 1],
    [100_000, 2],
    [10_000_000, 3],
    [1e12, 3],
  ] as const;
  for (const [rows, digits] of table) assert.equal(digitsFor(rows), digits, `${rows} rows`);
});

for (const digits of [0, 1, 2]) {
  test(`every digest is in exactly one range of ${digits} digits`, () => {
    const ranges = [...digestRanges('', digits)];
    for (let each = 0; each < 200; each += 1) {
      const digest = digestOf(Buffer.from(`${each}`), each % 2 === 0 ? 'sha256' : 'sha512');
      const found = ranges.filter(({ from, to }) => digest >= from && digest < to);
      assert.equal(found.length, 1, digest);
      assert.ok(digest.startsWith(found[0]?.prefix ?? '-'));
    }
  });

  test(`behind a place in ranges of ${digits} digits comes exactly what is larger`, () => {
    const digests = Array.from({ length: 200 }, (_, each) => digestOf(Buffer.from(`${each}`))).sort();
    const place = digests[99] ?? '';
    const ranges = [...digestRanges(place, digits)];
    const left = digests.filter((digest) => ranges.some(({ from, to }) => digest >= from && digest < to));
    assert.deepEqual(left, digests.slice(100));
    const [first] = ranges;
    assert.deepEqual([...digestRanges(first?.to ?? '', digits)], ranges.slice(1), 'a whole range is behind its end');
  });
}
