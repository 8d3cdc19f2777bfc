import { createHash } from 'node:crypto';
import { AppError } from '#kernel/errors.ts';
import type { BlobStore } from '#platform/blobs/blob-store.ts';
import type { AnswerHeaders } from './registry-answer.ts';

/** An upload belongs to its repository: its id begins with this, so no table is needed to know. */
export function uploadScope(repository: string): string {
  return createHash('sha256').update(repository).digest('hex').slice(0, 16);
}

/** The bytes that the upload holds. Throws `BLOB_UPLOAD_UNKNOWN`, for another repository's upload too. */
export async function getUploadSize(blobs: BlobStore, repository: string, id: string): Promise<number> {
  const found = id.startsWith(`${uploadScope(repository)}.`) ? await blobs.findUpload(id) : undefined;
  if (found) return found.sizeBytes;
  throw new AppError('BLOB_UPLOAD_UNKNOWN', 'cannot find upload: it is unknown, finished or being written; start anew');
}

export function uploadHeaders(repository: string, id: string, sizeBytes: number): AnswerHeaders {
  return {
    location: `/v2/${repository}/blobs/uploads/${id}`,
    // An empty upload has no last byte; clients are used to this answer for it.
    range: `0-${Math.max(0, sizeBytes - 1)}`,
    'docker-upload-uuid': id,
  };
}
