import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { gzipHeaderBytes } from './gzip-header.ts';

const fixed = (flags: number) => [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];

test('a header ends where its optional fields end', () => {
  const rows: [name: string, bytes: number[], expected: number | 'more' | 'none'][] = [
    ['plain', fixed(0), 10],
    ['with a file name', [...fixed(8), 0x61, 0, 1], 12],
    ['with a name and a comment', [...fixed(24), 0x61, 0, 0x62, 0x63, 0], 15],
    ['with extra bytes', [...fixed(4), 2, 0, 9, 9], 14],
    ['with its own checksum', [...fixed(2), 1, 2], 12],
    ['extra bytes that go on', [...fixed(4), 255, 255, 9], 'more'],
    ['a name that goes on', [...fixed(8), 0x61], 'more'],
    ['cut off', fixed(0).slice(0, 6), 'more'],
    ['nothing', [], 'more'],
    ['no header', [0x50, 0x4b], 'none'],
    ['another method', [0x1f, 0x8b, 7], 'none'],
    ['flags of the future', fixed(0x80), 'none'],
  ];
  for (const [name, bytes, expected] of rows) assert.equal(gzipHeaderBytes(Uint8Array.from(bytes)), expected, name);
});

test('what zlib writes is understood', () => {
  assert.equal(gzipHeaderBytes(gzipSync('x')), 10);
});
