import { AppError, messageOf } from '#kernel/errors.ts';

interface S3Error {
  readonly name?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

const refused = 'it refuses our credentials; check the access key, its rights on the bucket, and the region';

/** By the error's name as S3 gives it ("Error responses" of its API reference), the SDK's, or the socket's code. */
const sentences: Readonly<Record<string, string>> = {
  NoSuchBucket: 'the bucket does not exist; create it, or correct ASSAY_BLOBS',
  InvalidBucketName: 'the bucket has a name that it does not accept; correct ASSAY_BLOBS',
  AccessDenied: refused,
  Forbidden: refused,
  InvalidAccessKeyId: refused,
  SignatureDoesNotMatch: refused,
  ExpiredToken: 'our credentials have expired',
  CredentialsProviderError: 'no credentials were found; set ASSAY_S3_ACCESS_KEY and ASSAY_S3_SECRET_KEY',
  SlowDown: 'it asks to slow down; try again later',
  ServiceUnavailable: 'it is overloaded; try again later',
  TimeoutError: 'it does not answer in time',
  AbortError: 'it does not answer in time',
  ECONNREFUSED: 'nothing answers at its address; start it, or correct ASSAY_S3_ENDPOINT',
  ENOTFOUND: 'no such host is known; correct ASSAY_S3_ENDPOINT',
  ECONNRESET: 'it breaks connections off',
};

/** Answers to HEAD have no body and so no name. */
const sentencesByStatus: Readonly<Record<number, string>> = {
  401: refused,
  403: refused,
  503: 'it is overloaded; try again later',
};

function factsOf(error: unknown): S3Error {
  return (error ?? {}) as S3Error;
}

/** Whether S3 said that there is no such object. */
export function isAbsent(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(factsOf(error).name ?? '');
}

/** Whether S3 said that there is no such multipart upload, or no longer. */
export function isNoUpload(error: unknown): boolean {
  return factsOf(error).name === 'NoSuchUpload';
}

/** What the object store said, as a sentence; failures that are not its own pass as they are. */
export function s3Failure(verb: string, error: unknown): unknown {
  if (error instanceof AppError) return error;
  const { name = '', code = '', $metadata } = factsOf(error);
  const status = $metadata?.httpStatusCode;
  const known = sentences[name] ?? sentences[code] ?? sentencesByStatus[status ?? 0];
  if (known === undefined && status === undefined && code === '') return error;
  const said = name === '' || name === 'Error' ? messageOf(error) : `${name}: ${messageOf(error)}`;
  const reason = known ?? (status === undefined ? said : `it answers ${status} (${said})`);
  return new AppError('unavailable', `cannot ${verb} in the object store: ${reason}`, { cause: error });
}
