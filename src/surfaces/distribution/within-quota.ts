import { findBlobByDigest, refuseBytes } from '#features/registry/index.ts';
import { type Digest, isDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { Context, Handler } from './registry-context.ts';
import { announcedBytes } from './request-body.ts';

type UploadKind = 'start-upload' | 'append-upload' | 'finish-upload';
interface UploadRequest {
  readonly repository: string;
  readonly upload?: string;
  readonly query: URLSearchParams;
}

/**
 * Refuses bytes for which a place above the repository has no room. A stream of unknown length is measured when it ends; what
 * gets past, uploaded at the same moment as other bytes, is refused with its manifest.
 */
export function withinQuota<K extends UploadKind>(handler: Handler<K>): Handler<K> {
  return async (context, request) => {
    await demandRoom(context, request);
    return handler(context, request);
  };
}

async function demandRoom(context: Context, request: UploadRequest): Promise<void> {
  const { deps } = context;
  const { repository } = request;
  const rules = (await deps.rules?.read())?.rulesFor(repository);
  if (!rules?.quotas.some(({ bytes }) => bytes !== undefined)) return;
  const digest = digestOf(request);
  const sizeBytes = await sizeOf(context, request, digest);
  const refusal = await refuseBytes(deps.db, rules, { repository, digest, sizeBytes });
  if (refusal) throw new AppError('DENIED', refusal);
}

function digestOf({ query }: UploadRequest): Digest | undefined {
  const named = query.get('digest') ?? query.get('mount') ?? '';
  return isDigest(named) ? named : undefined;
}

/** What the blob will have: the bytes that are there, and those that come with the request. */
async function sizeOf({ deps, request }: Context, asked: UploadRequest, digest: Digest | undefined): Promise<number> {
  const announced = announcedBytes(request) ?? 0;
  if (asked.upload !== undefined) return announced + ((await deps.blobs.findUpload(asked.upload))?.sizeBytes ?? 0);
  const mounted = asked.query.get('mount') === digest && digest ? await findBlobByDigest(deps.db, digest) : undefined;
  return mounted?.sizeBytes ?? announced;
}
