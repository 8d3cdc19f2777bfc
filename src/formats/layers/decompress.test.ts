import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { AppError } from '#kernel/errors.ts';
import { type DecompressionEnd, decompress, sniffCompression } from './decompress.ts';

/** Bytes that pack to about half. */
const first = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (Math.imul(i, 2654435761) >>> 20) & 0x3f));
const second = Buffer.alloc(200_000, 'xyz');
const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]);

async function run(...pieces: Uint8Array[]): Promise<{ plain: Buffer; packedBytes: number } & DecompressionEnd> {
  const plain: Buffer[] = [];
  let packedBytes = 0;
  const end = await decompress(
    async function* () {
      yield* pieces;
    },
    {
      onBytes: (bytes) => void plain.push(Buffer.from(bytes)),
      onCompressed(bytes) {
        packedBytes += bytes.length;
      },
    },
  );
  return { plain: Buffer.concat(plain), packedBytes, ...end };
}

function cut(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}

test('the bytes say how they are packed, not the media type', () => {
  const rows: [Uint8Array, string][] = [
    [gzipSync('x'), 'gzip'],
    [zstdCompressSync('x'), 'zstd'],
    [skippable, 'zstd'],
    [Buffer.from('etc/os-release'), 'none'],
    [new Uint8Array(), 'none'],
  ];
  for (const [bytes, expected] of rows) assert.equal(sniffCompression(bytes), expected);
});

test('every packing gives back the same bytes, in pieces of any size', async () => {
  for (const packed of [
    gzipSync(first),
    zstdCompressSync(first),
    Buffer.concat([skippable, zstdCompressSync(first)]),
  ]) {
    for (const pieces of [[packed], cut(packed, 1000), [packed.subarray(0, 1), packed.subarray(1)]]) {
      const { plain, packedBytes, damage, trailingBytes } = await run(...pieces);
      assert.deepEqual(
        { damage, trailingBytes, packedBytes },
        { damage: null, trailingBytes: 0, packedBytes: packed.length },
      );
      assert.ok(plain.equals(first));
    }
  }
  assert.ok((await run(first, second)).plain.equals(Buffer.concat([first, second])));
});

test('several members or frames are one stream', async () => {
  const both = Buffer.concat([first, second]);
  assert.ok((await run(Buffer.concat([gzipSync(first), gzipSync(second)]))).plain.equals(both));
  assert.ok((await run(gzipSync(first), gzipSync(second))).plain.equals(both));
  assert.ok((await run(zstdCompressSync(first), zstdCompressSync(second))).plain.equals(both));
});

test('thousands of small members, as in layers that can be read lazily', async () => {
  const texts = Array.from({ length: 3000 }, (_, i) => `file ${i}\n`);
  const packed = Buffer.concat(texts.map((text) => gzipSync(text)));
  const { plain, damage } = await run(...cut(packed, 65_536));
  assert.equal(damage, null);
  assert.equal(plain.toString(), texts.join(''));
});

test('bytes after the end are counted, and nothing before them is lost', async () => {
  const rest = Buffer.alloc(70_000, 'x');
  for (const packed of [gzipSync(first), zstdCompressSync(first)]) {
    for (const pieces of [[Buffer.concat([packed, rest])], [packed, rest], [packed, ...cut(rest, 999)]]) {
      const { plain, trailingBytes, damage } = await run(...pieces);
      assert.deepEqual({ trailingBytes, damage }, { trailingBytes: 70_000, damage: null });
      assert.ok(plain.equals(first));
    }
  }
  assert.equal((await run(gzipSync(first), Buffer.alloc(512))).trailingBytes, 512);
});

test('what is cut off is read as far as it goes', async () => {
  const gzip = gzipSync(first);
  const { plain, damage } = await run(gzip.subarray(0, gzip.length - 9));
  assert.equal(damage, 'unexpected end of file');
  assert.ok(first.subarray(0, plain.length).equals(plain));
  assert.ok(plain.length > first.length * 0.9);
});

test('what is damaged in the middle is read up to the damage, and its digest can still be known', async () => {
  const checked = { params: { [constants.ZSTD_c_checksumFlag]: 1 } };
  for (const packed of [gzipSync(first), zstdCompressSync(first, checked)]) {
    const middle = packed.length >> 1;
    packed.fill(0xff, middle, middle + 64);
    const { plain, damage, packedBytes } = await run(...cut(packed, 7000));
    assert.notEqual(damage, null);
    assert.equal(packedBytes, packed.length);
    assert.ok(plain.length > 50_000, `${plain.length} bytes`);
    assert.ok(plain.subarray(0, 50_000).equals(first.subarray(0, 50_000)));
  }
});

test('a wrong checksum is damage', async () => {
  const gzip = gzipSync(first);
  gzip[gzip.length - 6] = (gzip[gzip.length - 6] ?? 0) ^ 1;
  const { plain, damage } = await run(gzip);
  assert.equal(damage, 'the checksum of the gzip data is wrong');
  assert.ok(plain.equals(first));
});

test('whoever takes the bytes can stop the reading', async () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000));
  let taken = 0;
  const stopped = decompress(
    async function* () {
      yield bomb;
    },
    {
      onCompressed() {},
      onBytes(bytes) {
        taken += bytes.length;
        if (taken > 1_000_000) throw new AppError('limit-reached', 'enough');
      },
    },
  );
  await assert.rejects(stopped, { code: 'limit-reached', message: 'enough' });
  assert.ok(taken < 3_000_000);
});

test('a source that fails, fails the reading', async () => {
  const failing = decompress(
    async function* () {
      yield gzipSync(first).subarray(0, 100);
      throw new Error('connection lost');
    },
    { onBytes() {}, onCompressed() {} },
  );
  await assert.rejects(failing, { message: 'connection lost' });
});
