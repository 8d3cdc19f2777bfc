import { Readable } from 'node:stream';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { BlobStore, ByteRange } from '#platform/blobs/blob-store.ts';
import type { Database } from '#platform/database/database.ts';
import { type BlobFacts, findBlobByDigest, recordBlob, unlinkBlob } from './blob-link-store.ts';
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
  const blob = { digest, sizeBytes: bytes.length };
  if (bytes.length <= INLINE_BYTES) await recordBlob(deps.db, repository, { ...blob, content: Buffer.from(bytes) });
  else await publishBytes(deps, repository, bytes, digest);
  return digest;
}

const PUBLISH_ATTEMPTS = 3;

async function publishBytes(deps: BlobDeps, repository: string, bytes: Uint8Array, digest: Digest): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const id = await deps.blobs.startUpload('');
    await deps.blobs.appendUpload(id, Readable.from([bytes]), 0);
    await deps.blobs.finishUpload(id, digest);
    try {
      return await recordPublished(deps, repository, { digest, sizeBytes: bytes.length });
    } catch (error) {
      if (attempt === PUBLISH_ATTEMPTS) throw error;
    }
  }
}

/**
 * Records a blob that has just been published. Throws `unavailable` when the collector deleted the bytes in between,
 * because nothing had needed them for long until this moment; they must then be sent again.
 */
export async function recordPublished(
  deps: BlobDeps,
  repository: string,
  { digest, sizeBytes }: Pick<BlobFacts, 'digest' | 'sizeBytes'>,
): Promise<void> {
  const isNew = await recordBlob(deps.db, repository, { digest, sizeBytes, content: null });
  if (!isNew || (await deps.blobs.stat(digest))) return;
  await unlinkBlob(deps.db, repository, digest);
  throw new AppError(
    'unavailable',
    `cannot store blob ${digest}: its old bytes were being removed at this moment; push it again`,
  );
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
  throw new AppError(
    'unavailable',
    `cannot open blob ${blob.digest}: its bytes are missing, or were found damaged and set aside; push it again, or ask for "assay scrub"`,
  );
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
