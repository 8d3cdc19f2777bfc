import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { type Digest, isDigest } from '#kernel/digest.ts';
import type { Database } from '#platform/database/database.ts';
import type { BlobRedirects, BlobStore } from './blob-store.ts';
import { createClient, S3Bucket, type S3Options } from './s3-bucket.ts';
import { copyObject } from './s3-copy.ts';
import { readObject } from './s3-reader.ts';
import { S3Uploads } from './s3-uploads.ts';

/**
 * Objects of a bucket: `blobs/<algorithm>/<first two digits>/<hex>`, named as the disk's files are, `uploads/<id>/…`, and
 * `aside/<algorithm>-<hex>-<time>` for what was damaged. What an upload consists of is written down in the database,
 * which every node shares anyway. Throws when the bucket is not there.
 */
export async function s3Blobs(options: S3Options & { readonly db: Database }): Promise<BlobStore & Disposable> {
  const client = createClient(options);
  const bucket = new S3Bucket(client, options);
  await bucket.check();
  const uploads = new S3Uploads({ db: options.db, bucket });

  async function deleteBlob(digest: Digest): Promise<boolean> {
    if ((await bucket.stat(keyOf(digest))) === undefined) return false;
    await bucket.remove(keyOf(digest));
    return true;
  }

  /** Not atomic: who publishes the digest again at the same moment must do so once more. */
  async function setAside(digest: Digest): Promise<boolean> {
    const found = await bucket.stat(keyOf(digest));
    if (!found) return false;
    await copyObject(bucket, keyOf(digest), `aside/${digest.replace(':', '-')}-${Date.now()}`, found.sizeBytes);
    await bucket.remove(keyOf(digest));
    return true;
  }

  return {
    async stat(digest) {
      const found = await bucket.stat(keyOf(digest));
      return found && { sizeBytes: found.sizeBytes, publishedAt: found.modifiedAt };
    },
    open: (digest, range) => readObject(bucket, keyOf(digest), range, options.tryTimeoutMs),
    startUpload: (scope) => uploads.start(scope),
    findUpload: (id) => uploads.find(id),
    readUpload: (id) => uploads.read(id),
    appendUpload: (id, bytes, offset) => uploads.append(id, bytes, offset),
    finishUpload: (id, digest) => uploads.finish(id, digest, keyOf(digest)),
    cancelUpload: (id) => uploads.cancel(id),
    sweepUploads: (before) => uploads.sweep(before),
    delete: deleteBlob,
    setAside,
    list: (prefix) => listBlobs(bucket, prefix),
    [Symbol.dispose]: () => client.destroy(),
  };
}

/** Long enough for a client to begin; a download that has begun goes on. */
const REDIRECT_SECONDS = 600;

/** Signed addresses of blobs, made without asking the store; `endpoint` is the one that clients reach. */
export function s3Redirects(options: S3Options): BlobRedirects {
  const client = createClient(options);
  return {
    redirectFor(digest) {
      const command = new GetObjectCommand({
        Bucket: options.bucket,
        Key: options.prefix + keyOf(digest),
        ResponseContentType: 'application/octet-stream',
      });
      return getSignedUrl(client, command, { expiresIn: REDIRECT_SECONDS });
    },
  };
}

function keyOf(digest: Digest): string {
  const [algorithm = '', hex = ''] = digest.split(':');
  return `blobs/${algorithm}/${hex.slice(0, 2)}/${hex}`;
}

async function* listBlobs(bucket: S3Bucket, prefix = ''): AsyncGenerator<Digest> {
  for (const algorithm of ['sha256', 'sha512']) {
    const start = `${algorithm}:`;
    if (!start.startsWith(prefix) && !prefix.startsWith(start)) continue;
    const hex = prefix.slice(start.length);
    const folder = hex.length > 2 ? `${hex.slice(0, 2)}/${hex}` : hex;
    for await (const { key } of bucket.list(`blobs/${algorithm}/${folder}`)) {
      const digest = start + key.slice(key.lastIndexOf('/') + 1);
      if (isDigest(digest)) yield digest;
    }
  }
}
