import { createHash, type Hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { failure, isFull, isMissing, unlessMissing } from './disk-failure.ts';
import { writeStream } from './disk-writer.ts';
import { unknownUpload } from './unknown-upload.ts';

const ID = /^[a-z0-9]*\.[0-9a-f-]{36}$/;
const READ_BYTES = 1024 * 1024;
/** Uploads whose running hash this process remembers; the others are read again when they finish. */
const REMEMBERED = 1024;

interface Progress {
  readonly hash: Hash;
  sizeBytes: number;
}

/** A file that only its holder writes: the rest of the world no longer finds it under the upload's name. */
export interface TakenUpload {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Files in one folder. A writer takes an upload by renaming its file, which is atomic across processes, and renames it
 * back; so a file's size says how far it is, and a remembered hash of as many bytes is a hash of these bytes.
 */
export class DiskUploads {
  readonly #folder: string;
  readonly #progress = new Map<string, Progress>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async start(scope: string): Promise<string> {
    const id = `${scope}.${randomUUID()}`;
    try {
      await (await open(this.#path(id), 'wx')).close();
    } catch (error) {
      throw failure('start upload', error);
    }
    this.#remember(id, { hash: createHash('sha256'), sizeBytes: 0 });
    return id;
  }

  async find(id: string): Promise<{ sizeBytes: number } | undefined> {
    if (!ID.test(id)) return undefined;
    const found = await unlessMissing(stat(this.#path(id)));
    return found && { sizeBytes: found.size };
  }

  async read(id: string): Promise<Buffer> {
    const bytes = ID.test(id) ? await unlessMissing(readFile(this.#path(id))) : undefined;
    if (!bytes) throw unknownUpload();
    return bytes;
  }

  async append(id: string, bytes: AsyncIterable<Uint8Array>, offset: number): Promise<number> {
    const taken = await this.take(id);
    try {
      if (taken.sizeBytes !== offset) {
        throw new AppError('RANGE_INVALID', `cannot add at byte ${offset}: the upload holds ${taken.sizeBytes} bytes`);
      }
      return await this.#write(id, taken, bytes);
    } finally {
      await this.giveBack(id, taken);
    }
  }

  async #write(id: string, taken: TakenUpload, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const progress = this.#progressAt(id, taken.sizeBytes);
    const file = await open(taken.path, 'r+');
    try {
      return await writeStream(file, bytes, taken.sizeBytes, (chunk) => {
        progress?.hash.update(chunk);
        if (progress) progress.sizeBytes += chunk.length;
      });
    } catch (error) {
      // The hash may be ahead of the file.
      this.forget(id);
      // Nobody goes on with it soon, and its bytes are needed most now.
      if (isFull(error)) await rm(taken.path, { force: true });
      throw failure('store upload', error);
    } finally {
      await file.close();
    }
  }

  /** Throws `BLOB_UPLOAD_UNKNOWN` when the upload is unknown, finished, or in another writer's hands. */
  async take(id: string): Promise<TakenUpload> {
    if (!ID.test(id)) throw unknownUpload();
    const path = join(this.#folder, `busy-${randomUUID()}`);
    try {
      await rename(this.#path(id), path);
      return { path, sizeBytes: (await stat(path)).size };
    } catch (error) {
      throw isMissing(error) ? unknownUpload() : failure('use upload', error);
    }
  }

  async giveBack(id: string, taken: TakenUpload): Promise<void> {
    await unlessMissing(rename(taken.path, this.#path(id)));
  }

  forget(id: string): void {
    this.#progress.delete(id);
  }

  async digestOf(id: string, taken: TakenUpload, algorithm: string): Promise<Digest> {
    const progress = algorithm === 'sha256' ? this.#progressAt(id, taken.sizeBytes) : undefined;
    if (progress) return `sha256:${progress.hash.copy().digest('hex')}`;
    const hash = createHash(algorithm);
    for await (const chunk of createReadStream(taken.path, { highWaterMark: READ_BYTES })) hash.update(chunk);
    return `${algorithm}:${hash.digest('hex')}` as Digest;
  }

  async sweep(before: Date): Promise<number> {
    let swept = 0;
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const found = await unlessMissing(stat(path));
      if (!found || found.mtime >= before) continue;
      await rm(path, { force: true });
      this.#progress.delete(name);
      swept += 1;
    }
    return swept;
  }

  #path(id: string): string {
    return join(this.#folder, id);
  }

  /** What is remembered, if it is of so many bytes; otherwise another process wrote since, and it is useless. */
  #progressAt(id: string, sizeBytes: number): Progress | undefined {
    const known = this.#progress.get(id);
    if (known?.sizeBytes === sizeBytes) return known;
    this.forget(id);
    return undefined;
  }

  #remember(id: string, progress: Progress): void {
    const oldest = this.#progress.keys().next();
    if (this.#progress.size >= REMEMBERED && !oldest.done) this.#progress.delete(oldest.value);
    this.#progress.set(id, progress);
  }
}
