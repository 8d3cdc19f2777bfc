import { INLINE_BYTES, putBlobBytes, recordPublished } from '#features/registry/index.ts';
import { type Digest, parseDigest } from '#kernel/digest.ts';
import { appendBody, chunkStart } from './append-upload.ts';
import type { Answer } from './registry-answer.ts';
import type { Context, Handler } from './registry-context.ts';
import { announcedBytes, readBody } from './request-body.ts';
import { getUploadSize, uploadScope } from './upload-session.ts';

/** The last request of an upload; the rest of the bytes, or all of them, may come with it. */
export const finishUpload: Handler<'finish-upload'> = async (context, { repository, upload, query }) => {
  const { blobs } = context.deps;
  const digest = parseDigest(query.get('digest') ?? '');
  const size = await getUploadSize(blobs, repository, upload);
  if (size === 0 && isSmall(context)) {
    chunkStart(context.request, size);
    await putBlobBytes(context.deps, repository, await readBody(context.request, INLINE_BYTES, 'blob'), digest);
    await blobs.cancelUpload(upload);
    return blobCreated(repository, digest);
  }
  const total = await appendBody(context, upload, size);
  await publishUpload(context, repository, upload, total, digest);
  return blobCreated(repository, digest);
};

/** A blob that comes whole with the request that would begin its upload. */
export async function storeWholeBlob(context: Context, repository: string, digest: Digest): Promise<Answer> {
  const { blobs } = context.deps;
  if (isSmall(context)) {
    await putBlobBytes(context.deps, repository, await readBody(context.request, INLINE_BYTES, 'blob'), digest);
    return blobCreated(repository, digest);
  }
  const upload = await blobs.startUpload(uploadScope(repository));
  try {
    const total = await appendBody(context, upload, 0);
    await publishUpload(context, repository, upload, total, digest);
  } catch (error) {
    await blobs.cancelUpload(upload);
    throw error;
  }
  return blobCreated(repository, digest);
}

export function blobCreated(repository: string, digest: Digest): Answer {
  return {
    status: 201,
    headers: { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest },
  };
}

/** Whether the body is known to be small enough to live in the database: then no file is written at all. */
function isSmall({ request }: Context): boolean {
  const announced = announcedBytes(request);
  return announced !== undefined && announced <= INLINE_BYTES;
}

async function publishUpload(
  { deps }: Context,
  repository: string,
  upload: string,
  total: number,
  digest: Digest,
): Promise<void> {
  if (total <= INLINE_BYTES) {
    await putBlobBytes(deps, repository, await deps.blobs.readUpload(upload), digest);
    await deps.blobs.cancelUpload(upload);
    return;
  }
  const { sizeBytes } = await deps.blobs.finishUpload(upload, digest);
  await recordPublished(deps, repository, { digest, sizeBytes });
}
