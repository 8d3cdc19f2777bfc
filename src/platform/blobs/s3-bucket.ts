import type { IncomingMessage } from 'node:http';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';
import { AppError } from '#kernel/errors.ts';
import type { ByteRange } from './blob-store.ts';
import { isAbsent, isNoUpload, s3Failure } from './s3-failure.ts';
import type { UploadPart } from './s3-upload-store.ts';

export interface S3Options {
  readonly bucket: string;
  /** Before every key: empty, or ending with a slash. */
  readonly prefix: string;
  /** Absent: what the SDK finds (`AWS_REGION`). */
  readonly region?: string | undefined;
  /** Absent for Amazon's own. */
  readonly endpoint?: string | undefined;
  readonly pathStyle: boolean;
  /** Absent: those that the SDK finds by itself (environment, files, the machine's role). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** How long one try of a request may take; shorter in tests. */
  readonly tryTimeoutMs?: number;
}

export interface StoredObject {
  readonly key: string;
  readonly modifiedAt: Date;
}

export interface OpenMultipart {
  readonly key: string;
  readonly multipartId: string;
  readonly initiatedAt: Date;
}

const ATTEMPTS = 5;
const TRY_TIMEOUT_MS = 60_000;
/** The store may gather all parts before it answers. */
const COMPLETE_PART_MS = 50;
/** Tries that may take their full time before we give up. */
const LONG_TRIES = 3;
/** Every pull that is under way holds one; the number of clients is bounded elsewhere. */
const SOCKETS = 4096;

export function createClient(options: S3Options): S3Client {
  // Other stores than Amazon's have no regions, and this is what they say instead.
  const region = options.region ?? (options.endpoint === undefined ? undefined : 'us-east-1');
  const agent = { keepAlive: true, maxSockets: SOCKETS };
  return new S3Client({
    ...(region !== undefined && { region }),
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    forcePathStyle: options.pathStyle,
    ...(options.credentials && { credentials: options.credentials }),
    maxAttempts: ATTEMPTS,
    // Blobs are checked against their digests by whoever reads them.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: options.tryTimeoutMs ?? TRY_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}

/**
 * The requests to one bucket, by keys below the prefix. Every request is bounded in time, tried again after growing
 * pauses where that helps, and fails with a sentence (`unavailable`).
 */
export class S3Bucket {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  readonly #tryMs: number;

  constructor(client: S3Client, { bucket, prefix, tryTimeoutMs = TRY_TIMEOUT_MS }: S3Options) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#tryMs = tryTimeoutMs;
  }

  /** Throws when the bucket is not there or not ours. */
  async check(): Promise<void> {
    await this.#run('find the bucket', (abortSignal) =>
      this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }), { abortSignal }).catch((error) => {
        throw isAbsent(error) ? Object.assign(error, { name: 'NoSuchBucket' }) : error;
      }),
    );
  }

  async stat(key: string): Promise<{ sizeBytes: number; modifiedAt: Date } | undefined> {
    const found = await this.#run('look up bytes', (abortSignal) =>
      unlessAbsent(this.#client.send(new HeadObjectCommand(this.#at(key)), { abortSignal })),
    );
    return found && { sizeBytes: found.ContentLength ?? 0, modifiedAt: found.LastModified ?? new Date(0) };
  }

  /** The answer's bytes as they arrive; undefined when there is no such object. */
  async get(key: string, range?: ByteRange): Promise<{ body: IncomingMessage; sizeBytes: number } | undefined> {
    const command = new GetObjectCommand({
      ...this.#at(key),
      ...(range && { Range: `bytes=${range.start}-${range.end}` }),
    });
    const found = await this.#run('read bytes', (abortSignal) =>
      unlessAbsent(this.#client.send(command, { abortSignal })),
    );
    if (!found) return undefined;
    // The SDK's type holds for browsers too.
    const body = found.Body as unknown as IncomingMessage;
    const sizeBytes = found.ContentLength ?? 0;
    if (!range || sizeBytes === range.end - range.start + 1) return { body, sizeBytes };
    body.destroy();
    throw new AppError(
      'unavailable',
      `cannot read bytes in the object store: it gives ${sizeBytes} where others were asked for`,
    );
  }

  /** A small object as a whole. */
  async read(key: string): Promise<Buffer> {
    return this.#run('read bytes', async (abortSignal) => {
      const { Body } = await this.#client.send(new GetObjectCommand(this.#at(key)), { abortSignal });
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    });
  }

  /** With `sha256` (base64) the store refuses other bytes. */
  async put(key: string, bytes: Uint8Array, sha256?: string): Promise<void> {
    const command = new PutObjectCommand({
      ...this.#at(key),
      Body: bytes,
      ContentType: 'application/octet-stream',
      ...(sha256 !== undefined && { ChecksumSHA256: sha256 }),
    });
    await this.#run('write bytes', (abortSignal) => this.#client.send(command, { abortSignal }));
  }

  async remove(key: string): Promise<void> {
    await this.#run('delete bytes', (abortSignal) =>
      unlessAbsent(this.#client.send(new DeleteObjectCommand(this.#at(key)), { abortSignal })),
    );
  }

  async copy(from: string, to: string): Promise<void> {
    const command = new CopyObjectCommand({ ...this.#at(to), CopySource: this.#source(from) });
    await this.#run('copy bytes', (abortSignal) => this.#client.send(command, { abortSignal }));
  }

  /** Its parts are either all sent, each with a checksum, or all copied, without: stores do not agree about a mixture. */
  async startMultipart(key: string, parts: 'sent' | 'copied'): Promise<string> {
    const command = new CreateMultipartUploadCommand({
      ...this.#at(key),
      ...(parts === 'sent' && { ChecksumAlgorithm: 'CRC32' as const }),
      ContentType: 'application/octet-stream',
    });
    const { UploadId } = await this.#run('begin an upload', (abortSignal) =>
      this.#client.send(command, { abortSignal }),
    );
    return UploadId ?? '';
  }

  async putPart(key: string, multipartId: string, number: number, bytes: Uint8Array): Promise<UploadPart> {
    const command = new UploadPartCommand({
      ...this.#at(key),
      UploadId: multipartId,
      PartNumber: number,
      Body: bytes,
      ChecksumAlgorithm: 'CRC32',
    });
    const put = await this.#run('write bytes', (abortSignal) => this.#client.send(command, { abortSignal }));
    return { number, sizeBytes: bytes.length, etag: put.ETag ?? '', checksum: put.ChecksumCRC32 ?? null };
  }

  async copyPart(
    key: string,
    multipartId: string,
    number: number,
    from: string,
    range: ByteRange,
  ): Promise<UploadPart> {
    const command = new UploadPartCopyCommand({
      ...this.#at(key),
      UploadId: multipartId,
      PartNumber: number,
      CopySource: this.#source(from),
      CopySourceRange: `bytes=${range.start}-${range.end}`,
    });
    const { CopyPartResult } = await this.#run('copy bytes', (abortSignal) =>
      this.#client.send(command, { abortSignal }),
    );
    return { number, sizeBytes: range.end - range.start + 1, etag: CopyPartResult?.ETag ?? '', checksum: null };
  }

  /** False when there is no such multipart upload: it was completed before, or is gone. */
  async completeMultipart(key: string, multipartId: string, parts: readonly UploadPart[]): Promise<boolean> {
    const Parts = parts.map(({ number, etag, checksum }) => ({
      PartNumber: number,
      ETag: etag,
      ...(checksum !== null && { ChecksumCRC32: checksum }),
    }));
    const command = new CompleteMultipartUploadCommand({
      ...this.#at(key),
      UploadId: multipartId,
      MultipartUpload: { Parts },
    });
    const requestTimeout = this.#tryMs + parts.length * COMPLETE_PART_MS;
    try {
      await this.#run(
        'complete an upload',
        (abortSignal) => this.#client.send(command, { abortSignal, requestTimeout }),
        requestTimeout,
      );
      return true;
    } catch (error) {
      if (isNoUpload((error as Error).cause)) return false;
      throw error;
    }
  }

  async abortMultipart(key: string, multipartId: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ ...this.#at(key), UploadId: multipartId });
    try {
      await this.#run('give up an upload', (abortSignal) => this.#client.send(command, { abortSignal }));
    } catch (error) {
      if (!isNoUpload((error as Error).cause)) throw error;
    }
  }

  async *list(prefix: string): AsyncGenerator<StoredObject> {
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucket,
        Prefix: this.#prefix + prefix,
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const page = await this.#run('list bytes', (abortSignal) => this.#client.send(command, { abortSignal }));
      for (const { Key = '', LastModified = new Date(0) } of page.Contents ?? []) {
        yield { key: Key.slice(this.#prefix.length), modifiedAt: LastModified };
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async *listMultiparts(prefix: string): AsyncGenerator<OpenMultipart> {
    let marker: { KeyMarker: string; UploadIdMarker: string } | undefined;
    do {
      const command = new ListMultipartUploadsCommand({
        Bucket: this.#bucket,
        Prefix: this.#prefix + prefix,
        ...marker,
      });
      const page = await this.#run('list uploads', (abortSignal) => this.#client.send(command, { abortSignal }));
      for (const { Key = '', UploadId = '', Initiated = new Date(0) } of page.Uploads ?? []) {
        yield { key: Key.slice(this.#prefix.length), multipartId: UploadId, initiatedAt: Initiated };
      }
      const { NextKeyMarker = '', NextUploadIdMarker = '' } = page;
      marker = page.IsTruncated ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker } : undefined;
    } while (marker !== undefined);
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  #source(key: string): string {
    return encodeURI(`${this.#bucket}/${this.#prefix}${key}`);
  }

  async #run<T>(verb: string, send: (signal: AbortSignal) => Promise<T>, tryMs = this.#tryMs): Promise<T> {
    const bound = new AbortController();
    const timer = setTimeout(() => bound.abort(), tryMs * LONG_TRIES);
    try {
      return await send(bound.signal);
    } catch (error) {
      throw s3Failure(verb, error);
    } finally {
      clearTimeout(timer);
    }
  }
}

async function unlessAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
