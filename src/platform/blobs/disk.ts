import { createReadStream, open as openFile } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type Digest, isDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { BlobStore, ByteRange } from './blob-store.ts';
import { failure, isMissing, unlessMissing } from './disk-failure.ts';
import { DiskUploads, type TakenUpload } from './disk-uploads.ts';

/** Large enough that a thread-pool round trip is small beside the copy, small enough for thousands of readers. */
const READ_BYTES = 512 * 1024;

/** A bare descriptor: its stream reads faster than a file handle's. */
const openDescriptor = promisify(openFile);

/**
 * `<folder>/blobs/<algorithm>/<first two digits>/<hex>`, `<folder>/uploads/<id>` and, for what was damaged,
 * `<folder>/aside/<algorithm>-<hex>-<time>`, on one file system.
 */
export async function diskBlobs(folder: string): Promise<BlobStore> {
  const blobs = join(folder, 'blobs');
  const uploadFolder = join(folder, 'uploads');
  try {
    await mkdir(uploadFolder, { recursive: true });
    for (const algorithm of ['sha256', 'sha512']) await mkdir(join(blobs, algorithm), { recursive: true });
  } catch (error) {
    throw failure(`open blob store ${folder}`, error);
  }
  const uploads = new DiskUploads(uploadFolder);

  function pathOf(digest: Digest): string {
    const [algorithm = '', hex = ''] = digest.split(':');
    return join(blobs, algorithm, hex.slice(0, 2), hex);
  }

  async function openBlob(digest: Digest, range?: ByteRange): Promise<Readable | undefined> {
    const fd = await unlessMissing(openDescriptor(pathOf(digest), 'r'));
    return fd === undefined ? undefined : createReadStream('', { fd, highWaterMark: READ_BYTES, ...range });
  }

  async function finishUpload(id: string, digest: Digest): Promise<{ sizeBytes: number }> {
    const taken = await uploads.take(id);
    try {
      const found = await uploads.digestOf(id, taken, digest.slice(0, digest.indexOf(':')));
      if (found !== digest) {
        throw new AppError('DIGEST_INVALID', `cannot store blob ${digest}: the bytes sent have digest ${found}`);
      }
      await publish(taken, pathOf(digest));
    } catch (error) {
      await uploads.giveBack(id, taken);
      throw failure('store blob', error);
    }
    uploads.forget(id);
    return { sizeBytes: taken.sizeBytes };
  }

  async function cancelUpload(id: string): Promise<boolean> {
    if (!(await uploads.find(id))) return false;
    const taken = await uploads.take(id);
    await rm(taken.path, { force: true });
    uploads.forget(id);
    return true;
  }

  async function deleteBlob(digest: Digest): Promise<boolean> {
    try {
      await rm(pathOf(digest));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw failure('delete blob', error);
    }
  }

  async function setAside(digest: Digest): Promise<boolean> {
    const aside = join(folder, 'aside');
    try {
      await mkdir(aside, { recursive: true });
      await rename(pathOf(digest), join(aside, `${digest.replace(':', '-')}-${Date.now()}`));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw failure('set blob aside', error);
    }
  }

  return {
    async stat(digest) {
      const found = await unlessMissing(stat(pathOf(digest)));
      // Publishing renames the file, which changes its ctime; its mtime is that of the last byte of the upload.
      return found && { sizeBytes: found.size, publishedAt: found.ctime };
    },
    open: openBlob,
    startUpload: (scope) => uploads.start(scope),
    findUpload: (id) => uploads.find(id),
    readUpload: (id) => uploads.read(id),
    appendUpload: (id, bytes, offset) => uploads.append(id, bytes, offset),
    finishUpload,
    cancelUpload,
    sweepUploads: (before) => uploads.sweep(before),
    delete: deleteBlob,
    setAside,
    list: (prefix) => listBlobs(blobs, prefix),
  };
}

/** Bytes first, then the name, then the folder that holds the name: whatever is visible after a crash is whole. */
async function publish(taken: TakenUpload, path: string): Promise<void> {
  await sync(taken.path);
  const folder = dirname(path);
  if ((await mkdir(folder, { recursive: true })) !== undefined) await sync(dirname(folder));
  await rename(taken.path, path);
  await sync(folder);
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function* listBlobs(blobs: string, prefix = ''): AsyncGenerator<Digest> {
  for (const algorithm of ['sha256', 'sha512']) {
    const start = `${algorithm}:`;
    if (!start.startsWith(prefix) && !prefix.startsWith(start)) continue;
    const hexPrefix = prefix.slice(start.length);
    for await (const bucket of await opendir(join(blobs, algorithm))) {
      if (!bucket.name.startsWith(hexPrefix.slice(0, 2))) continue;
      for await (const blob of await opendir(join(blobs, algorithm, bucket.name))) {
        const digest = `${start}${blob.name}`;
        if (blob.name.startsWith(hexPrefix) && isDigest(digest)) yield digest;
      }
    }
  }
}
