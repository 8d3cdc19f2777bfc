import type { IncomingMessage } from 'node:http';
import { AppError } from '#kernel/errors.ts';
import type { DistributionLimits } from './distribution-deps.ts';
import { cutOff, hasNoBody, isBrokenOff } from './request-life.ts';

/** The length that the client announced; undefined when it sends chunks until it is done. */
export function announcedBytes(request: IncomingMessage): number | undefined {
  const length = request.headers['content-length'];
  if (length !== undefined) return Number(length);
  return hasNoBody(request) ? 0 : undefined;
}

/** The whole body. Throws `too-large`. */
export async function readBody(request: IncomingMessage, maxBytes: number, what: string): Promise<Buffer> {
  const announced = announcedBytes(request) ?? 0;
  const chunks: Buffer[] = [];
  let size = announced > maxBytes ? announced : 0;
  if (size === 0) {
    for await (const chunk of chunksOf(request)) {
      size += chunk.length;
      if (size > maxBytes) break;
      chunks.push(chunk);
    }
  }
  if (size <= maxBytes) return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  throw new AppError('too-large', `cannot accept ${what}: it exceeds the limit of ${maxBytes} bytes`);
}

/** The body as it arrives, at most `maxBytes`, not slower than the limit. Throws `too-large`, `BLOB_UPLOAD_INVALID`. */
export async function* streamBody(
  request: IncomingMessage,
  maxBytes: number,
  limits: DistributionLimits,
): AsyncGenerator<Buffer> {
  const began = performance.now();
  let size = 0;
  for await (const chunk of chunksOf(request)) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new AppError('too-large', `cannot accept blob: it exceeds the limit of ${limits.blobBytes} bytes`);
    }
    const elapsedMs = performance.now() - began;
    if (elapsedMs > limits.idleTimeoutMs && size * 1000 < limits.uploadBytesPerSecond * elapsedMs) {
      throw new AppError('BLOB_UPLOAD_INVALID', `cannot wait for upload: ${size} bytes in ${Math.round(elapsedMs)} ms`);
    }
    yield chunk;
  }
}

/** Whoever stops early can still answer: the connection is not destroyed. */
async function* chunksOf(request: IncomingMessage): AsyncGenerator<Buffer> {
  yield* request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  if (isBrokenOff(request))
    throw new AppError('BLOB_UPLOAD_INVALID', 'cannot go on with the request: it was broken off');
}

const DRAINED_BYTES = 16 * 1024 * 1024;

/**
 * After an early refusal the rest of a body is thrown away, so that the client reads the answer; one that goes on
 * sending for long is cut off.
 */
export function drainBody(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > DRAINED_BYTES) cutOff(request);
  });
  request.on('error', () => undefined);
  request.resume();
}
