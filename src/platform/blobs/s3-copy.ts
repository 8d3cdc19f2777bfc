import { createLimit } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';
import type { S3Bucket } from './s3-bucket.ts';
import type { UploadPart } from './s3-upload-store.ts';

/** What is larger is copied in ranges side by side: one range takes the store about a second. */
const RANGE_BYTES = 64 * 1024 * 1024;
const WIDTH = 8;
/** The most parts that a multipart upload may have. */
const MOST_PARTS = 10_000;

/** Copies an object inside the store. The copy is visible only as a whole. */
export async function copyObject(bucket: S3Bucket, from: string, to: string, sizeBytes: number): Promise<void> {
  if (sizeBytes <= RANGE_BYTES) return bucket.copy(from, to);
  const multipartId = await bucket.startMultipart(to, 'copied');
  try {
    const parts = await copyRanges(bucket, { from, to, multipartId }, sizeBytes);
    if (await bucket.completeMultipart(to, multipartId, parts)) return;
    // An attempt whose answer was lost has completed it.
    if ((await bucket.stat(to))?.sizeBytes === sizeBytes) return;
    throw new AppError('unavailable', 'cannot copy bytes in the object store: it has forgotten the copy under way');
  } catch (error) {
    await bucket.abortMultipart(to, multipartId).catch(() => undefined); // what stays is swept later
    throw error;
  }
}

async function copyRanges(
  bucket: S3Bucket,
  { from, to, multipartId }: { readonly from: string; readonly to: string; readonly multipartId: string },
  sizeBytes: number,
): Promise<UploadPart[]> {
  const limit = createLimit(WIDTH);
  const rangeBytes = Math.max(RANGE_BYTES, Math.ceil(sizeBytes / MOST_PARTS));
  const copies: Promise<UploadPart>[] = [];
  for (let start = 0; start < sizeBytes; start += rangeBytes) {
    const range = { start, end: Math.min(start + rangeBytes, sizeBytes) - 1 };
    copies.push(limit(() => bucket.copyPart(to, multipartId, start / rangeBytes + 1, from, range)));
  }
  // All of them end before the upload is given up.
  await Promise.allSettled(copies);
  return Promise.all(copies);
}
