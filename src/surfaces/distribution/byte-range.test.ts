import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChunkStart, parseRange } from './byte-range.ts';

const ranges: readonly [header: string | undefined, expected: object | undefined | 'refused'][] = [
  [undefined, undefined],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=10-19', { start: 10, end: 19 }],
  ['bytes=90-', { start: 90, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-1000', { start: 0, end: 99 }],
  ['bytes=50-1000', { start: 50, end: 99 }],
  ['bytes=100-', 'refused'],
  ['bytes=50-10', 'refused'],
  ['bytes=200-300', 'refused'],
  ['bytes=-0', 'refused'],
  ['bytes=-', undefined],
  ['bytes=0-1,5-6', undefined],
  ['items=0-1', undefined],
  ['bytes=a-b', undefined],
  ['bytes=99999999999999999999-', undefined],
];
for (const [header, expected] of ranges) {
  test(`of 100 bytes, the range ${header} is ${expected === 'refused' ? expected : JSON.stringify(expected)}`, () => {
    if (expected === 'refused') assert.throws(() => parseRange(header, 100), { code: 'RANGE_INVALID' });
    else assert.deepEqual(parseRange(header, 100), expected);
  });
}

test('no range of an empty blob can be served', () => {
  assert.throws(() => parseRange('bytes=0-', 0), { code: 'RANGE_INVALID' });
  assert.throws(() => parseRange('bytes=-1', 0), { code: 'RANGE_INVALID' });
});

const chunks: readonly [
  header: string | undefined,
  body: number | undefined,
  expected: number | undefined | 'refused',
][] = [
  [undefined, 10, undefined],
  ['0-9', 10, 0],
  ['10-19', 10, 10],
  ['bytes 10-19/*', 10, 10],
  ['10-19', undefined, 10],
  ['0-0', 0, 0],
  ['10-19', 11, 'refused'],
  ['19-10', 10, 'refused'],
  ['x', 10, 'refused'],
  ['-5', 5, 'refused'],
];
for (const [header, body, expected] of chunks) {
  test(`a chunk of ${body} bytes with Content-Range ${header} begins at ${expected}`, () => {
    if (expected === 'refused') assert.throws(() => parseChunkStart(header, body), { code: 'RANGE_INVALID' });
    else assert.equal(parseChunkStart(header, body), expected);
  });
}
