import { type BlobFacts, openContent } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { ByteRange } from '#platform/blobs/blob-store.ts';
import { parseRange } from './byte-range.ts';
import type { Answer, AnswerHeaders } from './registry-answer.ts';
import type { Context, Handler } from './registry-context.ts';
import { boundSilence } from './request-life.ts';

/** GET and HEAD of a blob, whole or one range of it. */
export const pullBlob: Handler<'get-blob'> = async (context, { repository, digest }) => {
  const { deps, request, isHead } = context;
  const blob = await deps.memory.findBlob(repository, digest);
  if (!blob) throw new AppError('BLOB_UNKNOWN', `cannot find blob ${digest} in ${repository}`);
  // Not DENIED: who pushes a mended image over it asks first which blobs are there, and must send this one again.
  const decision = await deps.blobDecision(repository, digest);
  if (decision.kind === 'refused') throw new AppError('BLOB_UNKNOWN', decision.message);
  if (deps.redirects && !blob.content && !isHead) return redirectTo(await deps.redirects.redirectFor(digest), digest);
  const etag = `"${digest}"`;
  const mayRange = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const range = mayRange ? parseRange(request.headers.range, blob.sizeBytes) : undefined;
  const headers: AnswerHeaders = {
    'content-type': 'application/octet-stream',
    'content-length': range ? range.end - range.start + 1 : blob.sizeBytes,
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    etag,
  };
  if (range) headers['content-range'] = `bytes ${range.start}-${range.end}/${blob.sizeBytes}`;
  const answer: Answer = { status: range ? 206 : 200, headers };
  return isHead ? answer : { ...answer, body: await bodyOf(context, blob, range) };
};

/** The address is signed and runs out, so nobody may keep the answer. */
function redirectTo(location: string, digest: Digest): Answer {
  return { status: 307, headers: { location, 'docker-content-digest': digest, 'cache-control': 'no-store' } };
}

async function bodyOf({ deps, request, limits }: Context, blob: BlobFacts, range: ByteRange | undefined) {
  if (blob.content) return range ? blob.content.subarray(range.start, range.end + 1) : blob.content;
  boundSilence(request, limits.idleTimeoutMs);
  return openContent(deps.blobs, blob, range);
}
