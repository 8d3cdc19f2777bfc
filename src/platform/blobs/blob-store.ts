import type { Readable } from 'node:stream';
import type { Digest } from '#kernel/digest.ts';

/** Bytes `start` to `end`, both included, as in an HTTP range. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Content-addressed bytes. A blob is visible under its digest only when all its bytes are durable and were checked
 * against that digest; two writers of the same digest do not disturb each other.
 *
 * Every process that shares the store sees the same blobs and uploads. An upload has one writer at a time: a second
 * one is told `BLOB_UPLOAD_UNKNOWN`. Throws `unavailable` with a sentence when the medium is full or fails.
 */
export interface BlobStore {
  /** `publishedAt`: when the bytes that are there now were published, by the medium's own clock. */
  stat(digest: Digest): Promise<{ readonly sizeBytes: number; readonly publishedAt: Date } | undefined>;

  /** A stream that the caller must read or destroy; undefined when there is no such blob. */
  open(digest: Digest, range?: ByteRange): Promise<Readable | undefined>;

  /** Begins an empty upload. The id is `scope`, a dot and something that cannot be guessed; `scope` is `[a-z0-9]*`. */
  startUpload(scope: string): Promise<string>;

  /** How many bytes an upload holds; undefined when it is unknown or being written. */
  findUpload(id: string): Promise<{ readonly sizeBytes: number } | undefined>;

  /** An upload's bytes so far, in memory: for small ones. Throws `BLOB_UPLOAD_UNKNOWN`. */
  readUpload(id: string): Promise<Buffer>;

  /**
   * Adds bytes at `offset` and says how many there are then. `offset` must be the present size (`RANGE_INVALID`
   * otherwise, and nothing is read). What arrived before a failing `bytes` stays.
   */
  appendUpload(id: string, bytes: AsyncIterable<Uint8Array>, offset: number): Promise<number>;

  /**
   * Publishes the upload's bytes as the blob `digest`: durable when it returns, and the upload is gone.
   * `DIGEST_INVALID` when the bytes are not those; the upload stays. Publishing an existing digest succeeds.
   */
  finishUpload(id: string, digest: Digest): Promise<{ readonly sizeBytes: number }>;

  /** False when there was no such upload. */
  cancelUpload(id: string): Promise<boolean>;

  /** Forgets uploads that nobody has written to since `before`; says how many. */
  sweepUploads(before: Date): Promise<number>;

  /** False when there was no such blob. Streams that are open go on. */
  delete(digest: Digest): Promise<boolean>;

  /**
   * Takes damaged bytes out of sight and keeps them for whoever examines them. False when there was no such blob. The
   * digest can be published again.
   */
  setAside(digest: Digest): Promise<boolean>;

  /** Every blob, in no order; `prefix` is a digest's beginning, `sha256:ab`. */
  list(prefix?: string): AsyncIterable<Digest>;
}

/** What a store can do whose blobs clients may fetch from where they lie. */
export interface BlobRedirects {
  /** An address that gives the blob's bytes to anybody who has it, for some minutes. Whether it is there is not checked. */
  redirectFor(digest: Digest): Promise<string>;
}
