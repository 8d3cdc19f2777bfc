import { findBlob, linkBlob, repositoriesWithBlob } from '#features/registry/index.ts';
import { isRepositoryName } from '#formats/oci/reference.ts';
import { type Digest, isDigest, parseDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { demandScope, mayDo, scopeFor } from './authorization.ts';
import { blobCreated, storeWholeBlob } from './finish-upload.ts';
import type { Answer } from './registry-answer.ts';
import type { Context, Handler } from './registry-context.ts';
import { uploadHeaders, uploadScope } from './upload-session.ts';

const algorithms = ['sha256', 'sha512'];
/** How many repositories are asked about when a mount names none. */
const SOURCES = 50;

/** An upload begins; or the blob is here already and is mounted; or it comes whole with the request. */
export const startUpload: Handler<'start-upload'> = async (context, { repository, query }) => {
  const mount = query.get('mount');
  if (mount !== null && isDigest(mount)) {
    const mounted = await mountBlob(context, repository, mount, query.get('from'));
    if (mounted) return mounted;
  }
  const digest = query.get('digest');
  if (digest !== null) return storeWholeBlob(context, repository, parseDigest(digest));
  const algorithm = query.get('digest-algorithm');
  if (algorithm !== null && !algorithms.includes(algorithm)) {
    throw new AppError(
      'DIGEST_INVALID',
      `cannot use digest algorithm "${algorithm.slice(0, 40)}": use sha256 or sha512`,
    );
  }
  const id = await context.deps.blobs.startUpload(uploadScope(repository));
  return { status: 202, headers: uploadHeaders(repository, id, 0) };
};

/**
 * Undefined when there is no source that the caller may pull from: the client then uploads. A token that was not asked
 * for the source gets a challenge, so that the client can ask for it.
 */
async function mountBlob(
  context: Context,
  repository: string,
  digest: Digest,
  from: string | null,
): Promise<Answer | undefined> {
  const { deps, caller } = context;
  const source = await findSource(context, digest, from);
  if (source === undefined) return undefined;
  if (source !== repository) {
    const scope = `${scopeFor('push', repository)} ${scopeFor('pull', source)}`;
    demandScope(deps, caller, 'pull', source, scope);
  }
  return (await linkBlob(deps.db, repository, digest)) ? blobCreated(repository, digest) : undefined;
}

async function findSource({ deps, caller }: Context, digest: Digest, from: string | null): Promise<string | undefined> {
  if (from !== null) {
    if (!isRepositoryName(from) || !(await mayDo(deps, caller.principal, 'pull', from))) return undefined;
    return (await findBlob(deps.db, from, digest)) && (await isServed(deps, from, digest)) ? from : undefined;
  }
  for (const name of await repositoriesWithBlob(deps.db, digest, SOURCES)) {
    if ((await mayDo(deps, caller.principal, 'pull', name)) && (await isServed(deps, name, digest))) return name;
  }
  return undefined;
}

async function isServed(deps: Context['deps'], repository: string, digest: Digest): Promise<boolean> {
  return (await deps.blobDecision(repository, digest)).kind === 'served';
}
