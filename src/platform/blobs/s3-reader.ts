import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#kernel/errors.ts';
import type { ByteRange } from './blob-store.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { s3Failure } from './s3-failure.ts';

const IDLE_MS = 30_000;
/** How often a stream is opened again without a byte of progress. */
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 100;

type Opened = NonNullable<Awaited<ReturnType<S3Bucket['get']>>>;

/**
 * An object's bytes. A connection that breaks, stalls or ends early is replaced by one that goes on at the same byte:
 * objects are named by their content, so every copy is the same. Undefined when there is no such object.
 */
export async function readObject(
  bucket: S3Bucket,
  key: string,
  range: ByteRange | undefined,
  idleMs = IDLE_MS,
): Promise<Readable | undefined> {
  const first = await bucket.get(key, range);
  if (!first) return undefined;
  const stream = Readable.from(chunksOf(bucket, key, first, range?.start ?? 0, idleMs), { objectMode: false });
  // One that is destroyed before it was read has never run its generator.
  return stream.once('close', () => first.body.destroy());
}

async function* chunksOf(
  bucket: S3Bucket,
  key: string,
  first: Opened,
  start: number,
  idleMs: number,
): AsyncGenerator<Buffer> {
  const end = start + first.sizeBytes;
  let position = start;
  let current: Opened | undefined = first;
  for (let attempt = 1; position < end; attempt += 1) {
    let broken: unknown;
    try {
      current ??= await bucket.get(key, { start: position, end: end - 1 });
      if (!current) throw new AppError('unavailable', `cannot read ${key}: it was deleted while it was read`);
      for await (const chunk of bounded(current, idleMs)) {
        position += chunk.length;
        if (position > end) throw new AppError('unavailable', `cannot read ${key}: the store sends more than it has`);
        attempt = 0;
        yield chunk;
      }
    } catch (error) {
      if (error instanceof AppError) throw error;
      broken = error;
    }
    current = undefined;
    if (position >= end) return;
    if (attempt >= ATTEMPTS) throw brokenOff(broken);
    await sleep(FIRST_PAUSE_MS * 2 ** attempt);
  }
}

function bounded({ body }: Opened, idleMs: number): AsyncIterable<Buffer> {
  body.setTimeout?.(idleMs, () => body.destroy(Object.assign(new Error('no bytes came'), { code: 'ETIMEDOUT' })));
  return body;
}

function brokenOff(cause: unknown): unknown {
  const reset = Object.assign(new Error('ended early', { cause }), { code: 'ECONNRESET' });
  return s3Failure('read bytes', cause ?? reset);
}
