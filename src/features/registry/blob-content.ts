import { Readable } from 'node:stream';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { BlobStore, ByteRange } from '#platform/blobs/blob-store.ts';
import type { Database } from '#platform/database/database.ts';
import { type BlobFacts, findBlobByDigest, recordBlob } from './blob-link-store.ts';
import { checkedDigest } from './manifest.ts';

/** Blobs up to this size live in their database row: no file, no fsync of their own. */
export const INLINE_BYTES = 64 * 1024;

export interface BlobDeps {
  readonly db: Database;
  readonly blobs: BlobStore;
}

/** Stores bytes that are in memory and puts them into the repository. Throws `DIGEST_INVALID`. */
export async function putBlobBytes(
  deps: BlobDeps,
  repository: string,
  bytes: Uint8Array,
  expected?: Digest,
): Promise<Digest> {
  const digest = checkedDigest(bytes, expected, 'blob');
  const inline = bytes.length <= INLINE_BYTES;
  if (!inline) {
    const id = await deps.blobs.startUpload('');
    await deps.blobs.appendUpload(id, Readable.from([bytes]), 0);
    await deps.blobs.finishUpload(id, digest);
  }
  const content = inline ? Buffer.from(bytes) : null;
  await recordBlob(deps.db, repository, { digest, sizeBytes: bytes.length, content });
  return digest;
}

/** Throws `BLOB_UNKNOWN` when the bytes are not here, `unavailable` when they should be. */
export async function openBlob(deps: BlobDeps, digest: Digest, range?: ByteRange): Promise<Readable> {
  const blob = await findBlobByDigest(deps.db, digest);
  if (!blob) throw new AppError('BLOB_UNKNOWN', `cannot open blob ${digest}: no repository has it`);
  return openContent(deps.blobs, blob, range);
}

export async function openContent(blobs: BlobStore, blob: BlobFacts, range?: ByteRange): Promise<Readable> {
  if (blob.content) {
    const bytes = range ? blob.content.subarray(range.start, range.end + 1) : blob.content;
    return Readable.from(bytes.length > 0 ? [bytes] : []);
  }
  const stream = await blobs.open(blob.digest, range);
  if (stream) return stream;
  throw new AppError('unavailable', `cannot open blob ${blob.digest}: its bytes are missing from the blob store`);
}

/** A small blob as a whole. Throws `limit-reached` when it is larger than `maxBytes`. */
export async function readBlob(deps: BlobDeps, digest: Digest, maxBytes: number): Promise<Uint8Array> {
  const stream = await openBlob(deps, digest);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw new AppError('limit-reached', `cannot read blob ${digest}: it exceeds the limit of ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
