import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { collect } from '#kernel/async.ts';
import { blocksOf } from './blocks.ts';

async function* chunks(bytes: Buffer, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += sizeBytes) yield bytes.subarray(at, at + sizeBytes);
}

test('blocks are all of one size but the last, whatever the chunks were', async () => {
  const bytes = randomBytes(1000);
  for (const chunkBytes of [1, 7, 99, 100, 101, 350, 5000]) {
    const blocks = await collect(blocksOf(chunks(bytes, chunkBytes), 300));
    assert.deepEqual(
      blocks.map(({ length }) => length),
      [300, 300, 300, 100],
    );
    assert.deepEqual(Buffer.concat(blocks), bytes);
  }
  assert.equal((await collect(blocksOf(chunks(bytes.subarray(0, 600), 50), 300))).length, 2);
  assert.deepEqual(await collect(blocksOf(chunks(Buffer.alloc(0), 50), 300)), []);
});
