import { deleteManifest, deleteTag, unlinkBlob } from '#features/registry/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import type { RegistryDeletion } from './distribution-deps.ts';
import { manifestUnknown } from './pull-manifest.ts';
import type { Answer } from './registry-answer.ts';
import type { Context, Handler } from './registry-context.ts';
import { digestIn } from './registry-request.ts';

const accepted: Answer = { status: 202, headers: {} };

/** By tag only the tag goes; by digest the manifest with all its tags. Bytes are collected later. */
export const deleteManifestOrTag: Handler<'delete-manifest'> = async (context, { repository, reference }) => {
  const digest = digestIn(reference);
  const deletion = deletionOf(context, digest ? 'manifest.delete' : 'tag.delete', repository, reference);
  await context.deps.db.transaction().execute(async (trx) => {
    const deleted = await deleteReference(trx, repository, reference, digest);
    if (!deleted) throw manifestUnknown(repository, reference);
    await context.deps.audit(trx, { ...deletion, digest: deleted });
  });
  return { ...accepted, headers: {} };
};

async function deleteReference(
  trx: Database,
  repository: string,
  reference: string,
  digest: Digest | undefined,
): Promise<Digest | undefined> {
  if (!digest) return deleteTag(trx, repository, reference);
  return (await deleteManifest(trx, repository, digest)) ? digest : undefined;
}

export const deleteBlob: Handler<'delete-blob'> = async (context, { repository, digest }) => {
  const deletion = deletionOf(context, 'blob.delete', repository, digest);
  await context.deps.db.transaction().execute(async (trx) => {
    const outcome = await unlinkBlob(trx, repository, digest);
    if (outcome === 'unknown') throw new AppError('BLOB_UNKNOWN', `cannot find blob ${digest} in ${repository}`);
    if (outcome === 'used') {
      throw new AppError('UNSUPPORTED', `cannot delete blob ${digest}: a manifest in ${repository} uses it`);
    }
    await context.deps.audit(trx, { ...deletion, digest });
  });
  return { ...accepted, headers: {} };
};

function deletionOf(
  { caller, requestId }: Context,
  action: RegistryDeletion['action'],
  repository: string,
  reference: string,
): Omit<RegistryDeletion, 'digest'> {
  const { principal, from } = caller;
  return { action, repository, reference, principal, from, requestId };
}
