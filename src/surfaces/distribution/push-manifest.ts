import { type PreparedManifest, prepareManifest, storeManifest } from '#features/registry/index.ts';
import { isTag } from '#formats/oci/reference.ts';
import { AppError } from '#kernel/errors.ts';
import type { PushedManifest } from './distribution-deps.ts';
import type { AnswerHeaders } from './registry-answer.ts';
import type { Context, Handler } from './registry-context.ts';
import { digestIn, type RequestOf } from './registry-request.ts';
import { readBody } from './request-body.ts';

/** Manifest, tags, links and whatever the product does about them are one transaction. */
export const pushManifest: Handler<'put-manifest'> = async (context, request) => {
  const { deps } = context;
  const tags = tagsOf(request, context.limits.tagsPerPush);
  const prepared = await readManifest(context, request, tags);
  const pushed = pushedManifest(context, prepared, tags);
  await deps.db.transaction().execute(async (trx) => {
    const decision = await deps.pushDecision(pushed, trx);
    if (decision.kind === 'refused') throw new AppError('DENIED', decision.message);
    const { created } = await storeManifest(trx, prepared);
    await deps.onManifestStored(trx, { ...pushed, created });
  });
  await deps.settled();
  const headers: AnswerHeaders = {
    location: `/v2/${request.repository}/manifests/${pushed.digest}`,
    'docker-content-digest': pushed.digest,
  };
  if (pushed.subject) headers['oci-subject'] = pushed.subject;
  if (tags.length > 0) headers['oci-tag'] = tags;
  return { status: 201, headers };
};

/** The tag in the path, and the `tag` parameters of a push by digest. */
function tagsOf({ reference, query }: RequestOf<'put-manifest'>, maxTags: number): string[] {
  const tags = new Set(query.getAll('tag'));
  if (!digestIn(reference)) tags.add(reference);
  const bad = [...tags].find((tag) => !isTag(tag));
  if (bad !== undefined) throw new AppError('MANIFEST_INVALID', `cannot use tag "${bad.slice(0, 140)}"`);
  if (tags.size <= maxTags) return [...tags];
  throw new AppError('MANIFEST_INVALID', `cannot set ${tags.size} tags at once: at most ${maxTags}`);
}

async function readManifest(
  context: Context,
  { repository, reference }: RequestOf<'put-manifest'>,
  tags: readonly string[],
): Promise<PreparedManifest> {
  const { request, caller, deps, limits } = context;
  const bytes = await readBody(request, limits.manifestBytes, 'manifest');
  const digest = digestIn(reference);
  return prepareManifest({
    repository,
    bytes,
    mediaType: mediaTypeOf(request.headers['content-type'], bytes),
    tags,
    pushedBy: caller.principal.id,
    allowMissingBlobs: !deps.requireLayers,
    ...(digest && { digest }),
  });
}

function mediaTypeOf(header: string | undefined, bytes: Buffer): string {
  const said = header?.split(';', 1)[0]?.trim().toLowerCase();
  if (said && said !== 'application/json') return said;
  // A client that says nothing: the document does.
  return /"mediaType"\s*:\s*"([^"]{1,200})"/.exec(bytes.toString('latin1', 0, 1024))?.[1] ?? said ?? '';
}

function pushedManifest(
  { caller }: Context,
  { given, manifest }: PreparedManifest,
  tags: readonly string[],
): PushedManifest {
  const { digest, kind, mediaType, artifactType, subject, sizeBytes } = manifest;
  const { repository } = given;
  const { principal, from } = caller;
  return { repository, digest, tags, kind, mediaType, artifactType, subject, sizeBytes, principal, from };
}
