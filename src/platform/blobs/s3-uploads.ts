import { createHash, randomUUID } from 'node:crypto';
import { type Digest, parseDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import { blocksOf } from './blocks.ts';
import { RunningHashes } from './running-hashes.ts';
import type { S3Bucket } from './s3-bucket.ts';
import { copyObject } from './s3-copy.ts';
import { PART_BYTES, PartWriter, putPiece, wholeKey } from './s3-part-writer.ts';
import { readObject } from './s3-reader.ts';
import * as store from './s3-upload-store.ts';
import { unknownUpload } from './unknown-upload.ts';

const ID = /^[a-z0-9]*\.[0-9a-f-]{36}$/;
const RENEW_MS = 10_000;
/** `readUpload` gives no more than this. */
const LARGEST_READ_BYTES = 32 * 1024 * 1024;

interface Held {
  readonly upload: store.UploadRow;
  readonly holder: string;
}

/**
 * Uploads as objects below `uploads/`, and rows of the database that say what belongs to which. A writer holds its row by a
 * lease, so that an upload whose writer was killed can go on elsewhere half a minute later.
 */
export class S3Uploads {
  readonly #db: Database;
  readonly #bucket: S3Bucket;
  readonly #hashes = new RunningHashes();

  constructor({ db, bucket }: { readonly db: Database; readonly bucket: S3Bucket }) {
    this.#db = db;
    this.#bucket = bucket;
  }

  async start(scope: string): Promise<string> {
    const id = `${scope}.${randomUUID()}`;
    await store.insertUpload(this.#db, id);
    this.#hashes.begin(id);
    return id;
  }

  async find(id: string): Promise<{ sizeBytes: number } | undefined> {
    const found = ID.test(id) ? await store.findUpload(this.#db, id) : undefined;
    return found && { sizeBytes: found.sizeBytes };
  }

  async read(id: string): Promise<Buffer> {
    const upload = ID.test(id) ? await store.findUpload(this.#db, id) : undefined;
    if (!upload) throw unknownUpload();
    if (upload.sizeBytes > LARGEST_READ_BYTES || upload.multipartId !== null) {
      throw new AppError('too-large', `cannot read upload: it holds ${upload.sizeBytes} bytes`);
    }
    const whole = upload.isWhole ? [await this.#bucket.read(wholeKey(id))] : [];
    return Buffer.concat([...whole, ...(await this.#readPieces(upload))]);
  }

  append(id: string, bytes: AsyncIterable<Uint8Array>, offset: number): Promise<number> {
    return this.#holding(id, async (held) => {
      const { sizeBytes } = held.upload;
      if (sizeBytes !== offset) {
        throw new AppError('RANGE_INVALID', `cannot add at byte ${offset}: the upload holds ${sizeBytes} bytes`);
      }
      const upload = held.upload.isWhole ? await this.#reopen(held) : held.upload;
      const parts = await store.listUploadParts(this.#db, id);
      const writer = new PartWriter({ db: this.#db, bucket: this.#bucket }, { ...held, upload }, parts.length);
      return this.#write(writer, upload, bytes);
    });
  }

  async #write(writer: PartWriter, { id, sizeBytes }: store.UploadRow, bytes: AsyncIterable<Uint8Array>) {
    const running = this.#hashes.at(id, sizeBytes);
    try {
      try {
        for await (const chunk of bytes) {
          running?.hash.update(chunk);
          if (running) running.sizeBytes += chunk.length;
          await writer.write(chunk);
        }
      } finally {
        // What arrived before a failure stays.
        await writer.end();
      }
    } catch (error) {
      // The hash may be ahead of what is kept.
      if (running?.sizeBytes !== writer.sizeBytes) this.#hashes.forget(id);
      throw error;
    }
    return writer.sizeBytes;
  }

  /** Publishes at `key`. */
  finish(id: string, digest: Digest, key: string): Promise<{ sizeBytes: number }> {
    return this.#holding(id, async (held) => {
      const { sizeBytes, isWhole, multipartId } = held.upload;
      const isSmall = !isWhole && multipartId === null;
      if (isSmall) await this.#publishSmall(held.upload, digest, key);
      else await this.#publishWhole(held, digest, key);
      await store.deleteUpload(this.#db, id, held.holder);
      this.#hashes.forget(id);
      await this.#cleanUp({ ...held.upload, multipartId: null, isWhole: !isSmall });
      return { sizeBytes };
    });
  }

  /** What never became a part is small enough to be hashed and stored in one go. */
  async #publishSmall(upload: store.UploadRow, digest: Digest, key: string): Promise<void> {
    const bytes = Buffer.concat(await this.#readPieces(upload));
    const hash = createHash(algorithmOf(digest)).update(bytes).digest();
    demandSame(digest, hash.toString('hex'));
    await this.#bucket.put(key, bytes, algorithmOf(digest) === 'sha256' ? hash.toString('base64') : undefined);
  }

  async #publishWhole(held: Held, digest: Digest, key: string): Promise<void> {
    const { id, sizeBytes } = held.upload;
    if (!held.upload.isWhole) await this.#complete(held);
    const running = algorithmOf(digest) === 'sha256' ? this.#hashes.at(id, sizeBytes) : undefined;
    const found = running
      ? running.hash.copy().digest('hex')
      : await this.#hashWhole(id, algorithmOf(digest), sizeBytes);
    demandSame(digest, found);
    await copyObject(this.#bucket, wholeKey(id), key, sizeBytes);
  }

  /** Makes one object of the parts. */
  async #complete(held: Held): Promise<void> {
    const { id, sizeBytes, multipartId } = held.upload;
    const key = wholeKey(id);
    const before = await store.listUploadParts(this.#db, id);
    const writer = new PartWriter({ db: this.#db, bucket: this.#bucket }, held, before.length);
    await writer.fillLastPart();
    const parts = await store.listUploadParts(this.#db, id);
    const isDone = await this.#bucket.completeMultipart(key, multipartId ?? '', parts);
    // A process that died after completing it could not write that down.
    if (!isDone && (await this.#bucket.stat(key))?.sizeBytes !== sizeBytes) throw brokenUpload();
    const row = { ...held.upload, multipartId: null, pieces: [], isWhole: true };
    if (!(await store.replaceUploadParts(this.#db, row, [], held.holder))) throw unknownUpload();
  }

  /** An upload that was made one object, under a digest that it does not have, goes on: its bytes become parts again. */
  async #reopen({ upload, holder }: Held): Promise<store.UploadRow> {
    const key = wholeKey(upload.id);
    const stream = await readObject(this.#bucket, key, undefined);
    if (!stream) throw brokenUpload();
    const multipartId = await this.#bucket.startMultipart(key, 'sent');
    const parts: store.UploadPart[] = [];
    const pieces: store.UploadPiece[] = [];
    for await (const block of blocksOf(stream as AsyncIterable<Buffer>, PART_BYTES)) {
      if (block.length === PART_BYTES) {
        parts.push(await this.#bucket.putPart(key, multipartId, parts.length + 1, block));
      } else pieces.push(await putPiece(this.#bucket, upload.id, block));
    }
    const row = { ...upload, multipartId, pieces, isWhole: false };
    if (!(await store.replaceUploadParts(this.#db, row, parts, holder))) throw unknownUpload();
    return row;
  }

  async #hashWhole(id: string, algorithm: string, sizeBytes: number): Promise<string> {
    const stream = await readObject(this.#bucket, wholeKey(id), undefined);
    if (!stream) throw brokenUpload();
    const hash = createHash(algorithm);
    let seen = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      hash.update(chunk);
      seen += chunk.length;
    }
    if (seen !== sizeBytes) throw brokenUpload();
    return hash.digest('hex');
  }

  async cancel(id: string): Promise<boolean> {
    const gone = ID.test(id) ? await store.deleteUpload(this.#db, id) : undefined;
    if (!gone) return false;
    this.#hashes.forget(id);
    await this.#cleanUp(gone);
    return true;
  }

  async sweep(before: Date): Promise<number> {
    const stale = await store.deleteStaleUploads(this.#db, before);
    for (const upload of stale) await this.#cleanUp(upload);
    await this.#sweepOrphans(before);
    return stale.length;
  }

  /** What no upload claims: left by processes that died between a request to the store and one to the database. */
  async #sweepOrphans(before: Date): Promise<void> {
    for (const prefix of ['uploads/', 'blobs/']) {
      for await (const { key, multipartId, initiatedAt } of this.#bucket.listMultiparts(prefix)) {
        if (initiatedAt >= before || (await this.#isClaimed(key))) continue;
        await this.#bucket.abortMultipart(key, multipartId);
      }
    }
    for await (const { key, modifiedAt } of this.#bucket.list('uploads/')) {
      if (modifiedAt < before && !(await this.#isClaimed(key))) await this.#bucket.remove(key);
    }
  }

  async #isClaimed(key: string): Promise<boolean> {
    const [folder, id = ''] = key.split('/');
    return folder === 'uploads' && (await store.findUploadIds(this.#db, [id])).has(id);
  }

  async #readPieces({ pieces }: store.UploadRow): Promise<Buffer[]> {
    return Promise.all(pieces.map((piece) => this.#bucket.read(piece.name)));
  }

  /** Best effort: what stays behind is swept. */
  async #cleanUp({ id, multipartId, pieces, isWhole }: store.UploadRow): Promise<void> {
    await Promise.allSettled([
      ...pieces.map(({ name }) => this.#bucket.remove(name)),
      ...(isWhole ? [this.#bucket.remove(wholeKey(id))] : []),
      ...(multipartId === null ? [] : [this.#bucket.abortMultipart(wholeKey(id), multipartId)]),
    ]);
  }

  /** Throws `BLOB_UPLOAD_UNKNOWN` when the upload is unknown, finished, or in another writer's hands. */
  async #holding<T>(id: string, work: (held: Held) => Promise<T>): Promise<T> {
    const holder = randomUUID();
    const upload = ID.test(id) ? await store.takeUpload(this.#db, id, holder) : undefined;
    if (!upload) throw unknownUpload();
    const renewal = setInterval(() => {
      // One that cannot be renewed runs out, and the next thing to be written down fails.
      store.renewUpload(this.#db, id, holder).catch(() => undefined);
    }, RENEW_MS);
    try {
      return await work({ upload, holder });
    } finally {
      clearInterval(renewal);
      await store.releaseUpload(this.#db, id, holder).catch(() => undefined); // the lease runs out by itself
    }
  }
}

function algorithmOf(digest: Digest): string {
  return parseDigest(digest).slice(0, digest.indexOf(':'));
}

function demandSame(digest: Digest, foundHex: string): void {
  const found = `${algorithmOf(digest)}:${foundHex}`;
  if (found === digest) return;
  throw new AppError('DIGEST_INVALID', `cannot store blob ${digest}: the bytes sent have digest ${found}`);
}

function brokenUpload(): AppError {
  return new AppError(
    'BLOB_UPLOAD_INVALID',
    'cannot finish upload: the object store has lost a part of it; start anew',
  );
}
