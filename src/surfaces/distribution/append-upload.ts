import type { IncomingMessage } from 'node:http';
import { AppError } from '#kernel/errors.ts';
import { parseChunkStart } from './byte-range.ts';
import type { Context, Handler } from './registry-context.ts';
import { announcedBytes, streamBody } from './request-body.ts';
import { boundSilence } from './request-life.ts';
import { getUploadSize, uploadHeaders } from './upload-session.ts';

/** A chunk at its place, or a stream at the end. */
export const appendUpload: Handler<'append-upload'> = async (context, { repository, upload }) => {
  const size = await getUploadSize(context.deps.blobs, repository, upload);
  const total = await appendBody(context, upload, size);
  return { status: 202, headers: uploadHeaders(repository, upload, total) };
};

export const uploadStatus: Handler<'upload-status'> = async ({ deps }, { repository, upload }) => {
  const size = await getUploadSize(deps.blobs, repository, upload);
  return { status: 204, headers: uploadHeaders(repository, upload, size) };
};

export const cancelUpload: Handler<'cancel-upload'> = async ({ deps }, { repository, upload }) => {
  await getUploadSize(deps.blobs, repository, upload);
  await deps.blobs.cancelUpload(upload);
  return { status: 204, headers: {} };
};

/** Adds the request's body to the upload, which holds `size` bytes, and says how many it holds then. */
export async function appendBody(
  { request, deps, limits }: Pick<Context, 'request' | 'deps' | 'limits'>,
  upload: string,
  size: number,
): Promise<number> {
  const offset = chunkStart(request, size);
  const announced = announcedBytes(request);
  if (announced === 0) return size;
  const room = limits.blobBytes - size;
  if (announced !== undefined && announced > room) {
    throw new AppError('too-large', `cannot accept blob: it exceeds the limit of ${limits.blobBytes} bytes`);
  }
  boundSilence(request, limits.idleTimeoutMs);
  try {
    return await deps.blobs.appendUpload(upload, streamBody(request, room, limits), offset);
  } finally {
    // What follows may take its time without a byte on the connection: hashing again, fsync.
    boundSilence(request, 0);
  }
}

/** Where the body goes: where its `Content-Range` says, which must be the upload's end. Throws `RANGE_INVALID`. */
export function chunkStart(request: IncomingMessage, size: number): number {
  const offset = parseChunkStart(request.headers['content-range'], announcedBytes(request)) ?? size;
  if (offset === size) return offset;
  throw new AppError('RANGE_INVALID', `cannot add bytes from ${offset}: the upload holds ${size} bytes`, {
    details: { headers: { range: `0-${Math.max(0, size - 1)}` } },
  });
}
