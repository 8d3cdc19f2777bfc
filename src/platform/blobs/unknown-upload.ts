import { AppError } from '#kernel/errors.ts';

export function unknownUpload(): AppError {
  return new AppError(
    'BLOB_UPLOAD_UNKNOWN',
    'cannot find upload: it is unknown, finished, or another request writes to it; start a new one',
  );
}
