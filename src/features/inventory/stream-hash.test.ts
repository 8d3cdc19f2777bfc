import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createStreamHash } from './stream-hash.ts';

async function digestOf(algorithm: 'sha256' | 'sha512', pieces: readonly Uint8Array[]): Promise<string> {
  const hash = createStreamHash(algorithm);
  const shared = Buffer.alloc(4 * 1024 * 1024);
  for (const piece of pieces) {
    const given = shared.subarray(0, piece.length);
    given.set(piece);
    await hash.update(given);
    given.fill(0); // whoever gave the bytes may use their room again
  }
  return hash.end();
}

test('short and long streams have the digest of their bytes, in pieces of any size', async () => {
  const bytes = Buffer.from(Array.from({ length: 1_300_001 }, (_, i) => (i * 31) % 253));
  const rows: [pieceBytes: number, times: number][] = [
    [1000, 1],
    [1_300_001, 1],
    [1_300_001, 30],
    [65_537, 20],
  ];
  for (const algorithm of ['sha256', 'sha512'] as const) {
    for (const [pieceBytes, times] of rows) {
      const expected = createHash(algorithm);
      const pieces: Buffer[] = [];
      for (let time = 0; time < times; time += 1) {
        expected.update(bytes);
        for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes));
      }
      assert.equal(await digestOf(algorithm, pieces), `${algorithm}:${expected.digest('hex')}`);
    }
  }
});

test('nothing has a digest too', async () => {
  assert.equal(await digestOf('sha256', []), `sha256:${createHash('sha256').digest('hex')}`);
});
