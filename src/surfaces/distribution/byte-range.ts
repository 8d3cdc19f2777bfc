import { AppError } from '#kernel/errors.ts';
import type { ByteRange } from '#platform/blobs/blob-store.ts';

/**
 * RFC 9110, section 14.2, one range: `bytes=5-9`, `bytes=5-`, `bytes=-5`. Undefined when the header is absent, of
 * another unit, of several ranges or malformed: the whole is the answer. Throws `RANGE_INVALID` when no byte is in it.
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const match = header === undefined ? null : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim());
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const range = match[1] === '' ? lastBytes(Number(match[2]), sizeBytes) : fromTo(match, sizeBytes);
  if (range.start <= range.end && range.start < sizeBytes) return range;
  throw new AppError('RANGE_INVALID', `cannot serve range ${header}: the blob has ${sizeBytes} bytes`, {
    details: { headers: { 'content-range': `bytes */${sizeBytes}` } },
  });
}

function lastBytes(count: number, sizeBytes: number): ByteRange {
  return { start: count === 0 ? sizeBytes : Math.max(0, sizeBytes - count), end: sizeBytes - 1 };
}

function fromTo(match: RegExpExecArray, sizeBytes: number): ByteRange {
  const end = match[2] === '' ? sizeBytes - 1 : Number(match[2]);
  return { start: Number(match[1]), end: Math.min(end, sizeBytes - 1) };
}

/**
 * The `Content-Range` of an upload's chunk, `5-9` with both ends included (some clients send `bytes 5-9/*`).
 * Throws `RANGE_INVALID` when it is malformed or contradicts the body's length.
 */
export function parseChunkStart(header: string | undefined, bodyBytes: number | undefined): number | undefined {
  if (header === undefined) return undefined;
  const match = /^(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:\/(?:\d{1,15}|\*))?$/.exec(header.trim());
  const [start, end] = [Number(match?.[1]), Number(match?.[2])];
  // An empty chunk is written by some as "0-0", by others as an end before the start.
  const isConsistent = bodyBytes === undefined || bodyBytes === 0 || end - start + 1 === bodyBytes;
  if (match && isConsistent) return start;
  throw new AppError('RANGE_INVALID', `cannot use Content-Range "${header.slice(0, 60)}": it is not that of the body`);
}
