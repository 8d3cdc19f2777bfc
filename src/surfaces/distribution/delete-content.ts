import { deleteReference, noRules, unlinkBlob } from '#features/registry/index.ts';
import { AppError } from '#kernel/errors.ts';
import type { RegistryDeletion } from './distribution-deps.ts';
import { manifestUnknown } from './pull-manifest.ts';
import type { Answer } from './registry-answer.ts';
import type { Context, Handler } from './registry-context.ts';
import { digestIn } from './registry-request.ts';

const accepted: Answer = { status: 202, headers: {} };

/** By tag only the tag goes; by digest the manifest with all its tags, as the rules allow. Bytes are collected later. */
export const deleteManifestOrTag: Handler<'delete-manifest'> = async (context, { repository, reference }) => {
  const digest = digestIn(reference);
  const deletion = deletionOf(context, digest ? 'manifest.delete' : 'tag.delete', repository, reference);
  const { deps, caller } = context;
  const rules = (await deps.rules?.read())?.rulesFor(repository) ?? noRules;
  const request = { repository, reference, digest, by: caller.principal.name, at: deps.clock.now() };
  await deps.db.transaction().execute(async (trx) => {
    const deleted = await deleteReference(trx, rules, request);
    if (!deleted) throw manifestUnknown(repository, reference);
    await deps.audit(trx, { ...deletion, digest: deleted });
  });
  await deps.settled();
  return { ...accepted, headers: {} };
};

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
  await context.deps.settled();
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
